// The sessions that there are: all, one, and the end of one.

#include "admin/api_services.h"
#include "admin/found_json.h"

#include <algorithm>
#include <utility>
#include <variant>

namespace admin {

namespace {

using base::SessionDetails;
using base::SessionFacts;

// Tenths are enough for people, and stay short.
Json seconds(base::Duration time) {
    int64_t tenths = std::max<int64_t>(time.count(), 0) / 100;
    return static_cast<double>(tenths) / 10;
}

Json::Object session_object(const SessionFacts& facts) {
    return {{"sid", facts.sid},
            {"transport", to_string(facts.transport)},
            {"worker", facts.worker},
            {"domain", Json::or_null(facts.domain)},
            {"jid", Json::or_null(facts.jid)},
            {"address", Json::or_null(facts.address)},
            {"secure", facts.secure},
            {"state", to_string(facts.state)},
            {"authenticated", facts.authenticated},
            {"age_s", seconds(facts.age)},
            {"idle_s", seconds(facts.idle)},
            {"held", facts.held ? Json(*facts.held) : Json()},
            {"queue",
             Json::Object{{"stanzas", facts.waiting_stanzas}, {"bytes", facts.waiting_bytes}}}};
}

Json::Object server_object(const base::ServerFacts& server) {
    Json tls;
    if (!server.tls_version.empty()) {
        tls = Json::Object{{"version", server.tls_version}, {"cipher", server.tls_cipher}};
    }
    return {{"address", Json::or_null(server.address)}, {"tls", std::move(tls)}};
}

Json::Object details_object(const SessionDetails& details) {
    Json::Object object = session_object(details.facts);
    Json::Object settings;
    for (const auto& [name, value] : details.settings) {
        settings.emplace_back(name, std::visit([](const auto& each) { return Json(each); }, value));
    }
    object.emplace_back("settings", std::move(settings));
    object.emplace_back("server", server_object(details.server));
    Json::Array record;
    for (const SessionDetails::Event& each : details.record) {
        Json::Object event{
            {"ms", -each.before.count()}, {"event", each.event}, {"count", each.count}};
        size_t equals = each.argument.find('=');
        if (equals != std::string::npos) {
            event.emplace_back(each.argument.substr(0, equals), each.argument.substr(equals + 1));
        }
        record.emplace_back(std::move(event));
    }
    object.emplace_back("record", std::move(record));
    object.emplace_back("likely_cause", Json::or_null(details.likely_cause));
    return object;
}

Json numbers(const std::vector<size_t>& workers) {
    Json::Array all;
    for (size_t worker : workers) all.emplace_back(worker);
    return all;
}

std::string words_for(const std::vector<size_t>& silent) {
    std::string words = "no answer in time of worker";
    for (size_t worker : silent) words += " " + std::to_string(worker);
    return words;
}

} // namespace

bool is_one(const Found& found, const ApiCall& call) {
    if (found.details) return true;
    if (found.sids.empty() && found.silent.empty()) {
        call.refuse(404, "there is no such session");
    } else if (found.sids.empty()) {
        call.refuse(504, words_for(found.silent));
    } else {
        Json::Array sids(found.sids.begin(), found.sids.end());
        call.answer(Json::Object{{"error", "several sessions begin so"}, {"sids", std::move(sids)}},
                    409);
    }
    return false;
}

void list_sessions(const ApiServices& services, const ApiCall& call) {
    auto query = read_query(call.query);
    if (!query) return call.refuse(400, query.error());
    services.sessions.list(*query, [call](Listing listing) {
        Json::Array sessions;
        for (const SessionFacts& facts : listing.pick.take_page()) {
            sessions.emplace_back(session_object(facts));
        }
        call.answer(Json::Object{{"total", listing.pick.total()},
                                 {"matched", listing.pick.matched()},
                                 {"sessions", std::move(sessions)},
                                 {"unanswered", numbers(listing.silent)}});
    });
}

void tell_session(const ApiServices& services, const ApiCall& call) {
    services.sessions.find(call.name, [call](const Found& found) {
        if (is_one(found, call)) call.answer(details_object(*found.details));
    });
}

void end_session(const ApiServices& services, const ApiCall& call) {
    services.sessions.end(call.name, [call](const Found& found) {
        if (is_one(found, call)) call.answer(Json::Object{{"ended", found.details->facts.sid}});
    });
}

} // namespace admin
