// Rows: -
#include "probe/problem.h"

#include <gmock/gmock.h>

#include <set>

using probe::Problem;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

namespace {

const probe::Circumstances kMet = {
    .domain = "chat.example", .place = "192.0.2.1:5222", .detail = "something was seen"};

std::vector<Problem> all_problems() {
    std::vector<Problem> all;
    for (int i = 0; i <= static_cast<int>(probe::kLastProblem); ++i) {
        all.push_back(static_cast<Problem>(i));
    }
    return all;
}

TEST(ProblemTest, EachHasAStableNameOfItsOwn) {
    std::set<std::string_view> names;
    for (Problem problem : all_problems()) {
        std::string name(probe::name_of(problem));
        EXPECT_THAT(name, MatchesRegex("[a-z]+(-[a-z]+)*"));
        EXPECT_TRUE(names.insert(probe::name_of(problem)).second) << name;
    }
    EXPECT_TRUE(names.contains("certificate-expired"));
}

TEST(ProblemTest, EachIsSaidInASentenceAndComesWithAdvice) {
    for (Problem problem : all_problems()) {
        for (const std::string& text :
             {probe::sentence(problem, kMet), probe::advice(problem, kMet)}) {
            EXPECT_GT(text.size(), 15U) << probe::name_of(problem);
            EXPECT_TRUE(text.ends_with('.')) << text;
            EXPECT_FALSE(text.starts_with(' ')) << text;
            EXPECT_THAT(text, Not(HasSubstr("{"))) << "every placeholder is known";
            EXPECT_THAT(text, Not(HasSubstr("  ")));
        }
    }
}

TEST(ProblemTest, WhatWasMetStandsInTheSentence) {
    EXPECT_EQ(probe::sentence(Problem::CertificateExpired,
                              {.domain = {}, .place = "a:1", .detail = "it expired on 2020-01-01"}),
              "The certificate of a:1 has expired: it expired on 2020-01-01.");
    EXPECT_THAT(probe::advice(Problem::DomainNotServed, kMet),
                HasSubstr("<domain name=\"chat.example\">"));
}

TEST(ProblemTest, BracesOfAPeerAreNotPlaceholders) {
    EXPECT_THAT(probe::sentence(Problem::NotXmpp,
                                {.domain = "d", .place = "p", .detail = "it said \"{domain}\""}),
                HasSubstr("\"{domain}\""));
}

} // namespace
