// BoshDialogue — the words of one BOSH session, each request made by hand: which of them go at the
// same time, by which connections, and what is done about a lost one is what the checks are about.
// Spec:   XEP-0124 §7 to §13, XEP-0206.
#pragma once

#include "doctor/http.h"
#include "probe/element.h"
#include "probe/problem.h"
#include "xmpp/xml_check.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace doctor {

class BoshDialogue {
public:
    BoshDialogue(xmpp::XmlCheck& check, std::string url, std::string domain);

    [[nodiscard]] Ask creation(int64_t wait_s);
    // An empty one, to be held.
    [[nodiscard]] Ask next();
    [[nodiscard]] Ask farewell();
    // The last of these once more, with the same rid.
    [[nodiscard]] Ask again() const;

    struct Reply {
        probe::Problem problem = probe::Problem::None;
        std::string detail;
        std::optional<probe::Element> body;
        [[nodiscard]] bool ok() const { return problem == probe::Problem::None; }
    };
    // Takes the sid from the first.
    [[nodiscard]] Reply read(const Answer& answer);

private:
    [[nodiscard]] Ask post(const std::string& attributes);

    xmpp::XmlCheck& check_;
    std::string url_;
    std::string domain_;
    std::string sid_;
    uint64_t rid_;
    Ask last_;
};

} // namespace doctor
