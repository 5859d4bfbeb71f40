#include "http/host_meta.h"

#include "http/head_verdict.h"
#include "http/response_writer.h"

#include <algorithm>
#include <utility>

namespace http {

namespace {

void append_xml(std::string& out, std::string_view text) {
    for (char c : text) {
        switch (c) {
        case '&': out += "&amp;"; break;
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '\'': out += "&apos;"; break;
        case '"': out += "&quot;"; break;
        default: out += c;
        }
    }
}

void append_json(std::string& out, std::string_view text) {
    constexpr std::string_view kHex = "0123456789abcdef";
    for (char c : text) {
        if (is_control(c)) {
            auto code = static_cast<uint8_t>(c);
            out.append("\\u00").append(1, kHex[code >> 4]).append(1, kHex[code & 0x0F]);
        } else {
            if (c == '"' || c == '\\') out += '\\';
            out += c;
        }
    }
}

std::string write_xrd(const std::vector<HostMetaLink>& links) {
    std::string out = "<?xml version='1.0' encoding='UTF-8'?>\n"
                      "<XRD xmlns='http://docs.oasis-open.org/ns/xri/xrd-1.0'>\n";
    for (const HostMetaLink& link : links) {
        out += "  <Link rel='";
        append_xml(out, link.rel);
        out += "' href='";
        append_xml(out, link.href);
        out += "'/>\n";
    }
    return out += "</XRD>\n";
}

std::string write_jrd(const std::vector<HostMetaLink>& links) {
    std::string out = "{\"links\":[";
    for (const HostMetaLink& link : links) {
        out += out.ends_with('[') ? "{\"rel\":\"" : ",{\"rel\":\"";
        append_json(out, link.rel);
        out += "\",\"href\":\"";
        append_json(out, link.href);
        out += "\"}";
    }
    return out += "]}\n";
}

} // namespace

void HostMeta::use(std::vector<std::string> hosts, const std::vector<HostMetaLink>& links) {
    hosts_ = std::move(hosts);
    xrd_ = base::Slice::copy(pool_, write_xrd(links));
    jrd_ = base::Slice::copy(pool_, write_jrd(links));
}

bool HostMeta::is_known(std::string_view authority) const {
    return std::ranges::any_of(hosts_, [host = host_of(authority)](const std::string& ours) {
        return equal_without_case(ours, host);
    });
}

Handler::Verdict HostMeta::on_head(const RequestHead& head, const ClientFacts& client) {
    if (head.method != Method::Get && head.method != Method::Head) {
        Response refusal = plain_response(405);
        refusal.fields = "Allow: GET, HEAD, OPTIONS\r\n";
        return {.refusal = std::move(refusal)};
    }
    // H-087: without encryption anyone on the way could have written it.
    if (!client.encrypted || !is_known(head.authority)) return {.refusal = plain_response(404)};
    return {};
}

void HostMeta::on_request(RequestRef request, const RequestHead& head, base::Slice,
                          const ClientFacts&) {
    bool json = head.path.ends_with(".json") || head.path.ends_with(".json/");
    Response response{.content_type = json ? "application/json" : "application/xrd+xml"};
    response.fields = "Cache-Control: max-age=3600\r\n";
    response.body.push(json ? jrd_ : xrd_);
    responder_.respond(request, std::move(response));
}

} // namespace http
