// Hostile bytes as the answer to a ClientHello, or as a client's first words: the engine says the
// same about them however they are cut, and no plain byte comes out. And a true server's flight
// with a few bytes changed: it is refused or not, but never half taken.
// The first byte of an input chooses which, the second the cuts.

#include "tests/tls/test_ca.h"
#include "tls/client_context.h"
#include "tls/engine.h"
#include "tls/server_context.h"

#include <memory>
#include <optional>
#include <string_view>

namespace {

using tls::Engine;

base::SlicePool pool(64UL * 1024 * 1024);

struct Contexts {
    tests::TestCa ca{"Fuzz CA"};
    tests::TempFiles files;
    std::shared_ptr<const tls::ClientContext> client =
        *tls::ClientContext::create({.ca_file = files.write("ca", ca.certificate())});
    std::shared_ptr<const tls::ServerContext> server = *tls::ServerContext::create(
        {.key_pairs = {files.write("server", ca.issue({.dns = {"a.example"}}))}});
};

void feed(Engine& engine, std::string_view bytes, size_t portion) {
    base::SliceBuilder plain(pool);
    for (; !bytes.empty(); bytes.remove_prefix(std::min(portion, bytes.size()))) {
        engine.feed(bytes.substr(0, portion), plain);
    }
    engine.feed_end_of_stream();
    CM_ASSERT(plain.empty() && engine.state() == Engine::State::Failed);
    CM_ASSERT(engine.fault().code != 0 && !engine.explanation().empty());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
    static const Contexts contexts;
    if (size < 2) return 0;
    std::string_view input(reinterpret_cast<const char*>(bytes) + 2, size - 2);
    size_t portion = bytes[1] + 1U;
    auto make_client = [] {
        return std::make_unique<Engine>(pool, contexts.client,
                                        tls::ClientParameters{.identity = {.domain = "a.example"}});
    };
    auto make_server = [] { return std::make_unique<Engine>(pool, contexts.server); };

    if (bytes[0] % 3 == 2) {
        auto client = make_client(), server = make_server();
        base::SliceBuilder none(pool);
        server->feed(client->take_output().to_string(), none);
        std::string flight = server->take_output().to_string();
        for (size_t i = 0; i + 2 < input.size(); i += 3) {
            size_t at = static_cast<uint8_t>(input[i]) * 256U + static_cast<uint8_t>(input[i + 1]);
            char& place = flight[at % flight.size()];
            place = static_cast<char>(place ^ input[i + 2]);
        }
        feed(*client, flight, portion);
        return 0;
    }
    auto whole = bytes[0] % 3 == 0 ? make_client() : make_server();
    auto cut = bytes[0] % 3 == 0 ? make_client() : make_server();
    feed(*whole, input, input.size() + 1);
    feed(*cut, input, portion);
    CM_ASSERT(whole->fault().code == cut->fault().code && whole->secured() == cut->secured());
    return 0;
}
