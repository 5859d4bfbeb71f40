// testssl.sh, whose business it is to find weaknesses in TLS, looks at both profiles. It is kept on
// loopback: it is given an address, looks up no name and asks nobody about the certificate.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';

import { startBoshcm } from '../support/boshcm.mjs';
import { Authority } from '../support/certificates.mjs';
import { freePort, temporaryFolder } from '../support/children.mjs';

const HOST = 'chat.example';
const authority = new Authority();
const certificates = [authority.issue({ names: [HOST] })];
const ports = { intermediate: await freePort(), modern: await freePort() };
const front = await startBoshcm({
    domains: { [HOST]: await freePort() }, log: { level: 'info' },
    listeners: Object.entries(ports).map(([profile, port]) => (
        { address: '127.0.0.1', port, tls: 'own', profile, certificates })),
});
after(() => front.stop());

// All that is the server's doing; not which clients it suits, nor the fields of HTTP.
const CHECKS = ['--protocols', '--std', '--server-preference', '--server-defaults', '--pfs',
                '--vulnerable'];

// What is none of the program's.
const EXCEPTIONS = {
    cert_serialNumberLen: 'the authority of the test counts its serial numbers from 1000',
    cert_validityPeriod: 'its certificates are good for three years, whatever day it is',
    cert_revocation: 'it names nobody on loopback to ask about them',
};

// What has to have a result in each report, so that a run that broke off proves nothing. RC4 is in
// cipherlist_LOW: Debian's openssl, which testssl.sh would ask for it alone, cannot offer it.
const PROVEN = ['SSLv2', 'SSLv3', 'TLS1', 'TLS1_1', 'TLS1_2', 'TLS1_3', 'ALPN', 'cipherlist_NULL',
                'cipherlist_aNULL', 'cipherlist_EXPORT', 'cipherlist_LOW', 'cipherlist_3DES_IDEA',
                'cipherlist_AVERAGE', 'cipherlist_STRONG', 'PFS', 'cipher_order', 'cert_trust',
                'cert_chain_of_trust', 'heartbleed', 'CCS', 'ticketbleed', 'ROBOT', 'secure_renego',
                'secure_client_renego', 'CRIME_TLS', 'BREACH', 'POODLE_SSL', 'fallback_SCSV',
                'FREAK', 'DROWN', 'LOGJAM', 'BEAST', 'LUCKY13'];
const WEAK = ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL', 'FATAL'];

const unproven = (found) => {
    const checked = new Set(found.filter(({ severity }) => severity !== 'WARN').map(({ id }) => id));
    return PROVEN.filter((id) => !checked.has(id));
};

async function report(port) {
    const file = join(temporaryFolder('testssl'), 'report.json');
    const args = ['--quiet', '--warnings', 'off', '--color', '0', '--fast', '--ip', '127.0.0.1',
                  '--nodns', 'none', '--add-ca', authority.file, '--jsonfile', file, ...CHECKS,
                  `${HOST}:${port}`];
    // Its exit status counts what it found, so that it tells nothing.
    await promisify(execFile)('testssl', args, { timeout: 160_000 }).catch(() => {});
    return JSON.parse(readFileSync(file, 'utf8'));
}

// A machine that is busy makes it give up on one check or another: WARN. Then it is asked once more.
async function wholeReport(port) {
    const found = await report(port);
    return unproven(found).length === 0 ? found : report(port);
}

const reports = Object.fromEntries(await Promise.all(
    Object.entries(ports).map(async ([profile, port]) => [profile, await wholeReport(port)])));

for (const [profile, found] of Object.entries(reports)) {
    // Rows: S-020
    test(`testssl.sh finds no weakness in the profile ${profile}`, () => {
        assert.deepEqual(unproven(found), []);
        const weak = found.filter(({ id, severity }) => WEAK.includes(severity) && !EXCEPTIONS[id]);
        assert.deepEqual(weak.map(({ id, severity, finding }) => `${id}: ${severity}: ${finding}`), []);
    });

    // Rows: S-020
    test(`testssl.sh sees the versions and ciphers of the profile ${profile}`, () => {
        const finding = (id) => found.find((each) => each.id === id).finding;
        const isOffered = (id) => !/^not offered/.test(finding(id));
        const kinds = ['SSLv2', 'SSLv3', 'TLS1', 'TLS1_1', 'TLS1_2', 'TLS1_3',
                       'cipherlist_3DES_IDEA', 'cipherlist_AVERAGE', 'cipherlist_STRONG'];
        assert.deepEqual(kinds.filter(isOffered),
                         [...(profile === 'modern' ? [] : ['TLS1_2']), 'TLS1_3',
                          'cipherlist_STRONG']);
        assert.equal(finding('ALPN_HTTP2'), 'h2');
    });
}
