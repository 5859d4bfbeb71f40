#include "admin/listener.h"

#include "http/ascii.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string_view>
#include <utility>

namespace admin {

namespace {

// Administrators, their monitoring and what balances load; the rest is a mistake or worse.
constexpr http::Limits kLimits{.max_connections = 64};

} // namespace

std::string default_socket() {
    const char* directories = std::getenv("RUNTIME_DIRECTORY"); // NOLINT(concurrency-mt-unsafe)
    if (directories == nullptr || *directories != '/') return {};
    std::string_view first = directories;
    return std::string(first.substr(0, first.find(':'))) + "/admin.sock";
}

std::expected<std::string, std::string> token_in(const std::string& file) {
    std::ifstream in(file);
    std::string line;
    if (!in || !std::getline(in, line)) return std::unexpected("it cannot be read, or is empty");
    if (line.ends_with('\r')) line.pop_back();
    std::string token(http::trim(line));
    bool plain = std::ranges::all_of(token, [](char c) { return c > ' ' && c < 0x7f; });
    if (token.size() < kShortestToken || !plain) {
        return std::unexpected("its first line is no token: " + std::to_string(kShortestToken) +
                               " or more letters, digits and signs, without blanks");
    }
    return token;
}

Listener::Listener(const base::Env& env, const ApiServices& services, Settings settings)
    : env_(env), settings_(std::move(settings)), server_(env, kLimits),
      pages_(env, services.subject, server_), api_(env, services, server_) {
    pages_.add_routes(server_);
    api_.add_routes(server_);
}

Listener::~Listener() {
    sockets_.clear();
    env_.retired.empty(); // refers to the server
}

std::expected<void, std::string> Listener::open(net::Loop& loop) {
    if (!settings_.enabled) return {};
    if (auto read = read_token(); !read) return read;
    const net::TcpOptions options;
    std::string path = settings_.path.empty() ? default_socket() : settings_.path;
    if (!path.empty()) {
        auto opened = net::TcpListener::open(loop, env_, {.path = path, .mode = settings_.mode},
                                             options, *this);
        if (auto added = add(std::move(opened), path); !added) return added;
    }
    if (settings_.address.port == 0) return {};
    auto opened = net::TcpListener::open(loop, env_, settings_.address, options, *this);
    return add(std::move(opened), settings_.address.to_string());
}

std::expected<void, std::string>
Listener::add(base::Result<std::unique_ptr<net::TcpListener>> opened, const std::string& name) {
    if (!opened) {
        return std::unexpected("cannot listen on " + name + " for administrators: " +
                               opened.error().what + ": " + std::strerror(opened.error().code));
    }
    env_.log.info("admin.opened", {{"address", name}});
    sockets_.push_back(std::move(*opened));
    return {};
}

std::expected<void, std::string> Listener::read_token() {
    if (settings_.token_file.empty()) return {};
    auto token = token_in(settings_.token_file);
    if (!token) return std::unexpected(settings_.token_file + ": " + token.error());
    api_.set_token(*token);
    pages_.set_token(std::move(*token));
    return {};
}

void Listener::reload() {
    if (auto read = read_token(); !read) {
        env_.log.error("admin.reload-failed", {{"reason", read.error()}});
    }
}

void Listener::on_accept(std::unique_ptr<net::Transport> connection) {
    http::ClientFacts client{.peer = connection->peer(), .local = connection->local()};
    server_.accept(std::move(connection), client);
}

} // namespace admin
