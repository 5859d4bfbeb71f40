#include "bosh/info_page.h"

namespace bosh {

namespace {

constexpr std::string_view kPage =
    R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>XMPP over BOSH</title>
</head>
<body>
<h1>XMPP over BOSH</h1>
<p>It works. This address is for chat programs: they send POST requests to it, as
<a href="https://xmpp.org/extensions/xep-0124.html">XEP‑0124</a> and
<a href="https://xmpp.org/extensions/xep-0206.html">XEP‑0206</a> describe. There is nothing to see
in a browser; enter this address in your chat program’s settings if it asks for a BOSH URL.</p>
</body>
</html>
)";

} // namespace

http::Response info_page() {
    http::Response response{.content_type = "text/html; charset=utf-8"};
    response.fields = "Cache-Control: no-cache\r\n"
                      "Content-Security-Policy: default-src 'none'; sandbox allow-popups "
                      "allow-top-navigation-by-user-activation\r\n";
    response.body.push(base::Slice::literal(kPage));
    return response;
}

} // namespace bosh
