#include "cm/probe_account.h"

#include "xmpp/domain.h"

#include <fstream>
#include <istream>

namespace cm {

namespace {

using Failure = std::unexpected<std::string>;

std::expected<std::string, std::string> read_password(const std::string& file,
                                                      std::istream& input) {
    std::ifstream opened;
    if (file != "-") opened.open(file);
    std::istream& from = file == "-" ? input : opened;
    std::string password;
    if (!std::getline(from, password)) return Failure("cannot read a password from " + file);
    if (password.ends_with('\r')) password.pop_back();
    if (password.empty()) return Failure("the first line of " + file + " is empty");
    return password;
}

} // namespace

std::string domain_of_account(const std::string& account) {
    size_t sign = account.find('@');
    return sign == account.npos ? std::string() : account.substr(sign + 1);
}

std::expected<probe::Account, std::string> read_account(const std::string& account,
                                                        const std::string& password_file,
                                                        const std::string& domain,
                                                        std::istream& input) {
    probe::Account read;
    if (account.empty()) return read;
    read.user = account.substr(0, account.find('@'));
    if (account.contains('@')) {
        auto jid = xmpp::Jid::parse(account);
        if (!jid || !jid->resource.empty()) return Failure("--account is no USER@DOMAIN");
        if (jid->domain != domain) {
            return Failure("the account is at " + jid->domain + ", not at " + domain);
        }
    }
    if (read.user.empty()) return Failure("--account names no user");
    auto password = read_password(password_file, input);
    if (!password) return Failure(password.error());
    read.password = std::move(*password);
    return read;
}

} // namespace cm
