#include "doctor/fixes.h"

#include "base/error.h"

#include <array>
#include <string_view>

namespace doctor {

namespace {

// `remove` and `add` have a line a line; in them, {path} and the like stand for what is needed.
struct Row {
    Topic topic;
    Front front;
    std::string_view place;
    std::string_view remove;
    std::string_view add;
};

constexpr std::string_view kNginxBosh = "location = {path}";
constexpr std::string_view kNginxSocket = "location = {ws}";
constexpr std::string_view kHost = "<VirtualHost>";
constexpr std::string_view kProxy = "reverse_proxy";

constexpr auto kRows = std::to_array<Row>({
    {Topic::HoldPatience, Front::Nginx, kNginxBosh, "proxy_read_timeout\nproxy_send_timeout",
     "proxy_read_timeout {patience}s;\nproxy_send_timeout {patience}s;"},
    {Topic::HoldPatience, Front::Haproxy, "defaults", "timeout server\ntimeout client ",
     "timeout server {patience}s\ntimeout client {patience}s"},
    {Topic::HoldPatience, Front::Apache, kHost, "ProxyTimeout\nProxyPass {path} ",
     "ProxyPass {path} http://{backend}{path} connectiontimeout=5 timeout={patience} ttl=60"},
    {Topic::HoldPatience, Front::Caddy, "transport http", "response_header_timeout\nread_timeout",
     "response_header_timeout {patience}s"},

    {Topic::SocketPatience, Front::Nginx, kNginxSocket, "proxy_read_timeout\nproxy_send_timeout",
     "proxy_read_timeout 1h;\nproxy_send_timeout 1h;"},
    {Topic::SocketPatience, Front::Haproxy, "backend", "timeout tunnel", "timeout tunnel 1h"},
    {Topic::SocketPatience, Front::Apache, kHost, "ProxyWebsocketIdleTimeout\nProxyPass {ws} ",
     "ProxyPass {ws} ws://{backend}{ws} connectiontimeout=5 timeout=3600"},
    {Topic::SocketPatience, Front::Caddy, kProxy, "stream_timeout\nread_timeout\nwrite_timeout",
     ""},

    {Topic::PassUpgrade, Front::Nginx, kNginxSocket,
     // One line of these in a place has nginx forget all that are further out.
     "proxy_http_version\nproxy_set_header Upgrade\nproxy_set_header Connection\n"
     "proxy_set_header Host\nproxy_set_header X-Forwarded-For\n"
     "proxy_set_header X-Forwarded-Proto",
     "proxy_http_version 1.1;\nproxy_set_header Upgrade $http_upgrade;\n"
     "proxy_set_header Connection \"upgrade\";\nproxy_set_header Host $http_host;\n"
     "proxy_set_header X-Forwarded-For $remote_addr;\n"
     "proxy_set_header X-Forwarded-Proto $scheme;"},
    {Topic::PassUpgrade, Front::Haproxy, "frontend",
     "http-request del-header Upgrade\nhttp-request del-header Connection", ""},
    {Topic::PassUpgrade, Front::Apache, kHost, "ProxyPass {ws} ",
     "# a2enmod proxy_wstunnel\nProxyPass {ws} ws://{backend}{ws} connectiontimeout=5 "
     "timeout=3600"},
    {Topic::PassUpgrade, Front::Caddy, kProxy,
     "header_up -Upgrade\nheader_up -Connection\nheader_up Upgrade\nheader_up Connection\n"
     "request_header -Upgrade",
     ""},

    {Topic::PassSubprotocol, Front::Nginx, kNginxSocket,
     "proxy_set_header Sec-WebSocket-Protocol\nproxy_hide_header Sec-WebSocket-Protocol", ""},
    {Topic::PassSubprotocol, Front::Haproxy, "frontend",
     "http-request del-header Sec-WebSocket-Protocol\n"
     "http-response del-header Sec-WebSocket-Protocol",
     ""},
    {Topic::PassSubprotocol, Front::Apache, kHost,
     "RequestHeader unset Sec-WebSocket-Protocol\nHeader unset Sec-WebSocket-Protocol", ""},
    {Topic::PassSubprotocol, Front::Caddy, kProxy,
     "header_up -Sec-WebSocket-Protocol\nheader_down -Sec-WebSocket-Protocol", ""},

    {Topic::PassOrigin, Front::Nginx, kNginxSocket, "proxy_set_header Origin", ""},
    {Topic::PassOrigin, Front::Haproxy, "frontend",
     "http-request set-header Origin\nhttp-request del-header Origin", ""},
    {Topic::PassOrigin, Front::Apache, kHost,
     "RequestHeader set Origin\nRequestHeader unset Origin", ""},
    {Topic::PassOrigin, Front::Caddy, kProxy, "header_up Origin\nheader_up -Origin", ""},

    {Topic::PassPath, Front::Nginx, "server", "",
     "location = {path} {\n    proxy_pass http://{backend};\n    proxy_http_version 1.1;\n"
     "    proxy_set_header Connection \"\";\n"
     "    proxy_set_header Host $http_host;\n    proxy_set_header X-Forwarded-For $remote_addr;\n"
     "    proxy_set_header X-Forwarded-Proto $scheme;\n    proxy_read_timeout {patience}s;\n}"},
    {Topic::PassPath, Front::Haproxy, "frontend", "", "use_backend boshcm if { path {path} {ws} }"},
    {Topic::PassPath, Front::Apache, kHost, "ProxyPass {path} ",
     "ProxyPass {path} http://{backend}{path} connectiontimeout=5 timeout={patience} ttl=60"},
    {Topic::PassPath, Front::Caddy, "site", "handle_path {path}\nuri strip_prefix {path}",
     "reverse_proxy {path} {backend}"},

    {Topic::PassSocketPath, Front::Nginx, "server", "",
     "location = {ws} {\n    proxy_pass http://{backend};\n    proxy_http_version 1.1;\n"
     "    proxy_set_header Upgrade $http_upgrade;\n    proxy_set_header Connection \"upgrade\";\n"
     "    proxy_set_header Host $http_host;\n    proxy_set_header X-Forwarded-For $remote_addr;\n"
     "    proxy_set_header X-Forwarded-Proto $scheme;\n    proxy_read_timeout 1h;\n"
     "    proxy_send_timeout 1h;\n}"},
    {Topic::PassSocketPath, Front::Haproxy, "frontend", "",
     "use_backend boshcm if { path {path} {ws} }"},
    {Topic::PassSocketPath, Front::Apache, kHost, "ProxyPass {ws} ",
     "# a2enmod proxy_wstunnel\nProxyPass {ws} ws://{backend}{ws} connectiontimeout=5 "
     "timeout=3600"},
    {Topic::PassSocketPath, Front::Caddy, "site", "handle_path {ws}\nuri strip_prefix {ws}",
     "reverse_proxy {ws} {backend}"},

    {Topic::Backend, Front::Nginx, kNginxBosh, "proxy_pass", "proxy_pass http://{backend};"},
    {Topic::Backend, Front::Haproxy, "backend", "server ", "server local {backend}"},
    {Topic::Backend, Front::Apache, kHost, "ProxyPass {path} ",
     "ProxyPass {path} http://{backend}{path} connectiontimeout=5 timeout={patience} ttl=60"},
    {Topic::Backend, Front::Caddy, "site", "reverse_proxy {path} ",
     "reverse_proxy {path} {backend}"},

    {Topic::DoubledCors, Front::Nginx, kNginxBosh, "add_header Access-Control-", ""},
    {Topic::DoubledCors, Front::Haproxy, "frontend",
     "http-response add-header Access-Control-\nhttp-response set-header Access-Control-", ""},
    {Topic::DoubledCors, Front::Apache, kHost,
     "Header add Access-Control-\nHeader set Access-Control-\nHeader always add Access-Control-\n"
     "Header always set Access-Control-",
     ""},
    {Topic::DoubledCors, Front::Caddy, kProxy,
     "header_down +Access-Control-\nheader +Access-Control-\nheader Access-Control-", ""},

    {Topic::MissingCors, Front::Nginx, kNginxBosh,
     "if ($request_method = OPTIONS)\nlimit_except\nproxy_hide_header Access-Control-", ""},
    {Topic::MissingCors, Front::Haproxy, "frontend",
     "http-request deny if METH_OPTIONS\nhttp-request return\n"
     "http-response del-header Access-Control-",
     ""},
    {Topic::MissingCors, Front::Apache, kHost,
     "<LimitExcept\nRewriteCond %{REQUEST_METHOD} OPTIONS\nHeader unset Access-Control-", ""},
    {Topic::MissingCors, Front::Caddy, kProxy,
     "respond OPTIONS\nmethod OPTIONS\nheader_down -Access-Control-", ""},

    {Topic::BodyLimit, Front::Nginx, kNginxBosh, "client_max_body_size",
     "client_max_body_size {body};"},
    {Topic::BodyLimit, Front::Haproxy, "frontend", "http-request deny deny_status 413", ""},
    // LimitRequestBody is not for what ProxyPass passes on; mod_security's limits are.
    {Topic::BodyLimit, Front::Apache, kHost, "SecRequestBodyLimit \nSecRequestBodyNoFilesLimit",
     "<IfModule security2_module>\n    SecRequestBodyLimit {body}\n"
     "    SecRequestBodyNoFilesLimit {body}\n</IfModule>"},
    {Topic::BodyLimit, Front::Caddy, "request_body", "max_size", "max_size {body}"},

    {Topic::Stickiness, Front::Nginx, "upstream", "least_conn\nrandom",
     "hash $remote_addr consistent;"},
    {Topic::Stickiness, Front::Haproxy, "backend", "balance",
     "balance source\nhash-type consistent"},
    {Topic::Stickiness, Front::Apache, "<Proxy balancer://>", "ProxySet",
     "Header add Set-Cookie \"ROUTEID=.%{BALANCER_WORKER_ROUTE}e; path=/; SameSite=None; Secure\" "
     "env=BALANCER_ROUTE_CHANGED\nProxySet stickysession=ROUTEID"},
    {Topic::Stickiness, Front::Caddy, kProxy, "lb_policy", "lb_policy ip_hash"},

    {Topic::Parallel, Front::Nginx, kNginxBosh, "limit_conn\nlimit_req", ""},
    {Topic::Parallel, Front::Haproxy, "backend", "server ", "server local {backend}"},
    {Topic::Parallel, Front::Apache, kHost, "ProxyPass {path} ",
     "ProxyPass {path} http://{backend}{path} connectiontimeout=5 timeout={patience} ttl=60"},
    {Topic::Parallel, Front::Caddy, "transport http", "max_conns_per_host", ""},

    {Topic::PassHostMeta, Front::Nginx, "server", "",
     "location /.well-known/host-meta {\n    proxy_pass http://{backend};\n"
     "    proxy_set_header Host $http_host;\n    proxy_set_header X-Forwarded-For $remote_addr;\n"
     "    proxy_set_header X-Forwarded-Proto $scheme;\n}"},
    {Topic::PassHostMeta, Front::Haproxy, "frontend", "",
     "use_backend boshcm if { path /.well-known/host-meta /.well-known/host-meta.json }"},
    {Topic::PassHostMeta, Front::Apache, kHost, "",
     "ProxyPass /.well-known/host-meta.json http://{backend}/.well-known/host-meta.json\n"
     "ProxyPass /.well-known/host-meta http://{backend}/.well-known/host-meta"},
    {Topic::PassHostMeta, Front::Caddy, "site", "",
     "reverse_proxy /.well-known/host-meta* {backend}"},

    // Whether what is behind writes the field or not, it is there once.
    {Topic::HostMetaCors, Front::Nginx, "location /.well-known/host-meta",
     "proxy_hide_header Access-Control-Allow-Origin\nadd_header Access-Control-Allow-Origin",
     "proxy_hide_header Access-Control-Allow-Origin;\nadd_header Access-Control-Allow-Origin *;"},
    {Topic::HostMetaCors, Front::Haproxy, "frontend",
     "http-response del-header Access-Control-Allow-Origin",
     "http-request set-var(txn.path) path\n"
     "http-response set-header Access-Control-Allow-Origin * if { var(txn.path) -m beg "
     "/.well-known/host-meta }"},
    {Topic::HostMetaCors, Front::Apache, kHost, "Header unset Access-Control-Allow-Origin",
     "<LocationMatch \"^/\\.well-known/host-meta\">\n"
     "    Header set Access-Control-Allow-Origin \"*\"\n</LocationMatch>"},
    {Topic::HostMetaCors, Front::Caddy, "site", "",
     "header /.well-known/host-meta* {\n    Access-Control-Allow-Origin *\n    defer\n}"},

    {Topic::ForwardedProto, Front::Nginx, "location /.well-known/host-meta",
     "proxy_set_header X-Forwarded-Proto\nproxy_set_header X-Forwarded-For\n"
     "proxy_set_header Host",
     "proxy_set_header Host $http_host;\nproxy_set_header X-Forwarded-For $remote_addr;\n"
     "proxy_set_header X-Forwarded-Proto $scheme;"},
    {Topic::ForwardedProto, Front::Haproxy, "frontend",
     "http-request set-header X-Forwarded-Proto\nhttp-request del-header X-Forwarded-",
     "http-request set-header X-Forwarded-For %[src]\n"
     "http-request set-header X-Forwarded-Proto https"},
    {Topic::ForwardedProto, Front::Apache, kHost, "RequestHeader set X-Forwarded-Proto",
     "RequestHeader set X-Forwarded-Proto \"https\"\nProxyPreserveHost On"},
    {Topic::ForwardedProto, Front::Caddy, kProxy,
     "header_up -X-Forwarded-\nheader_up X-Forwarded-Proto\nheader_up Host", ""},

    {Topic::Certificate, Front::Nginx, "server", "ssl_certificate",
     "ssl_certificate     /etc/ssl/{host}/fullchain.pem;\n"
     "ssl_certificate_key /etc/ssl/{host}/privkey.pem;"},
    {Topic::Certificate, Front::Haproxy, "frontend", "",
     "# cat fullchain.pem privkey.pem > /etc/ssl/{host}/haproxy.pem, and at `bind`:\n"
     "#   ssl crt /etc/ssl/{host}/haproxy.pem"},
    {Topic::Certificate, Front::Apache, kHost, "SSLCertificate",
     "SSLCertificateFile    /etc/ssl/{host}/fullchain.pem\n"
     "SSLCertificateKeyFile /etc/ssl/{host}/privkey.pem"},
    {Topic::Certificate, Front::Caddy, "site", "tls ",
     "tls /etc/ssl/{host}/fullchain.pem /etc/ssl/{host}/privkey.pem"},
    {Topic::Certificate, Front::Boshcm, "<listener tls=\"own\">", "<certificate",
     "<certificate chain=\"/etc/ssl/{host}/fullchain.pem\" key=\"/etc/ssl/{host}/privkey.pem\"/>"},

    {Topic::OldTls, Front::Nginx, "server", "ssl_protocols", "ssl_protocols TLSv1.2 TLSv1.3;"},
    {Topic::OldTls, Front::Haproxy, "global", "ssl-default-bind-options",
     "ssl-default-bind-options ssl-min-ver TLSv1.2"},
    {Topic::OldTls, Front::Apache, kHost, "SSLProtocol", "SSLProtocol -all +TLSv1.2 +TLSv1.3"},
    {Topic::OldTls, Front::Caddy, "tls", "protocols", "protocols tls1.2 tls1.3"},

    {Topic::Compression, Front::Nginx, kNginxBosh, "gzip", "gzip off;"},
    {Topic::Compression, Front::Haproxy, "backend", "compression", ""},
    {Topic::Compression, Front::Apache, kHost, "SetOutputFilter DEFLATE",
     "SetEnvIf Request_URI \"^{path}\" no-gzip"},
    {Topic::Compression, Front::Caddy, "site", "encode", ""},

    {Topic::ContentType, Front::Nginx, kNginxBosh, "proxy_hide_header Content-Type", ""},
    {Topic::ContentType, Front::Haproxy, "frontend", "http-response set-header Content-Type", ""},
    {Topic::ContentType, Front::Apache, kHost, "ForceType\nHeader set Content-Type", ""},
    {Topic::ContentType, Front::Caddy, kProxy, "header_down Content-Type\nheader Content-Type", ""},

    {Topic::Forbidden, Front::Nginx, kNginxBosh, "deny\nauth_basic\nauth_request\nlimit_except",
     ""},
    {Topic::Forbidden, Front::Haproxy, "frontend", "http-request deny\nhttp-request auth", ""},
    {Topic::Forbidden, Front::Apache, kHost, "Require all denied\nAuthType", ""},
    {Topic::Forbidden, Front::Caddy, "site", "basicauth\nrespond 403", ""},
});

void replace_all(std::string& text, std::string_view name, const std::string& value) {
    for (size_t at = 0; (at = text.find(name, at)) != text.npos; at += value.size()) {
        text.replace(at, name.size(), value);
    }
}

std::string filled(std::string_view text, const Needs& needs) {
    std::string result(text);
    replace_all(result, "{path}", needs.path);
    replace_all(result, "{ws}", needs.websocket_path);
    replace_all(result, "{backend}", needs.backend);
    replace_all(result, "{host}", needs.host);
    replace_all(result, "{patience}", std::to_string(needs.patience_s));
    replace_all(result, "{body}", std::to_string(needs.body_bytes));
    return result;
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    for (size_t begin = 0; begin < text.size();) {
        size_t end = std::min(text.find('\n', begin), text.size());
        lines.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return lines;
}

} // namespace

std::vector<Fix> fixes(Topic topic, Front front, const Needs& needs) {
    std::vector<Fix> found;
    for (const Row& row : kRows) {
        if (row.topic != topic) continue;
        bool wanted = front == Front::Unknown ? row.front != Front::Boshcm : row.front == front;
        if (!wanted) continue;
        found.push_back({.program = std::string(name_of(row.front)),
                         .place = filled(row.place, needs),
                         .remove = lines_of(filled(row.remove, needs)),
                         .add = lines_of(filled(row.add, needs))});
    }
    return found;
}

} // namespace doctor
