// Listener — the sockets where administrators and their programs come in, on the main thread: a
// Unix socket, an address, both or none.
// Errors: open() says in words what could not be opened or read.
// Life:   the subject, Env and the loop outlive it.
#pragma once

#include "admin/api.h"
#include "admin/pages.h"
#include "admin/settings.h"
#include "http/server.h"
#include "net/tcp_listener.h"

#include <expected>
#include <memory>
#include <string>
#include <vector>

namespace admin {

class Listener final : private net::AcceptListener {
public:
    Listener(const base::Env& env, const ApiServices& services, Settings settings);
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;
    ~Listener();

    // Once, first.
    [[nodiscard]] std::expected<void, std::string> open(net::Loop& loop);
    [[nodiscard]] bool is_open() const { return !sockets_.empty(); }
    // Reads the token again; if that is no good, the one from before stays.
    void reload();

private:
    [[nodiscard]] std::expected<void, std::string> read_token();
    [[nodiscard]] std::expected<void, std::string>
    add(base::Result<std::unique_ptr<net::TcpListener>> opened, const std::string& name);
    void on_accept(std::unique_ptr<net::Transport> connection) override;

    base::Env env_;
    Settings settings_;
    http::Server server_;
    Pages pages_;
    Api api_;
    std::vector<std::unique_ptr<net::TcpListener>> sockets_;
};

// The token in such a file: its first line. Otherwise what is wrong with it.
[[nodiscard]] std::expected<std::string, std::string> token_in(const std::string& file);

} // namespace admin
