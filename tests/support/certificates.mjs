// Authority — a certificate authority of the test's own, by the openssl command.
//
//     const authority = new Authority();
//     const good = authority.issue({ names: ['chat.example'] });   // { key, certificate, both, pin }
//     const old = authority.issue({ names: ['chat.example'], expired: true });
//     ... ca-file = authority.file
//
// What it gives are names of files in a temporary folder.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { temporaryFolder } from './children.mjs';

const CONFIG = (folder) => `
[ca]
default_ca = test
[test]
dir = ${folder}
database = ${folder}/index.txt
new_certs_dir = ${folder}
serial = ${folder}/serial
private_key = ${folder}/ca.key
certificate = ${folder}/ca.pem
default_md = sha256
policy = any
copy_extensions = copy
unique_subject = no
[any]
commonName = optional
[req]
distinguished_name = name
[name]
`;

export class Authority {
    #issued = 0;

    // `under`: another one that vouches for it.
    constructor({ under } = {}) {
        this.folder = temporaryFolder('ca');
        this.file = join(this.folder, 'ca.pem');
        this.config = join(this.folder, 'openssl.cnf');
        writeFileSync(this.config, CONFIG(this.folder));
        writeFileSync(join(this.folder, 'index.txt'), '');
        writeFileSync(join(this.folder, 'serial'), '1000\n');
        const request = join(this.folder, 'ca.csr');
        this.#openssl('req', ...(under ? ['-out', request] : ['-x509', '-days', '2', '-out', this.file]),
                      '-new', '-nodes', ...this.#newKey('ca'),
                      '-subj', `/CN=Test Authority${under ? ' Below' : ''}`,
                      '-addext', 'basicConstraints=critical,CA:TRUE',
                      '-addext', 'keyUsage=critical,keyCertSign,cRLSign');
        if (under) {
            const year = new Date().getUTCFullYear();
            under.#sign(request, this.file, year - 1, year + 1);
        }
    }

    // names: DNS names; addresses: of hosts without one; otherName SRV-IDs as `srv`; `early`: valid
    // from next year on.
    issue({ names = [], addresses = [], srv = [], expired = false, early = false, cn = '', rsa = false }) {
        const name = `server${++this.#issued}`;
        const request = join(this.folder, `${name}.csr`);
        const certificate = join(this.folder, `${name}.pem`);
        const key = join(this.folder, `${name}.key`);
        const alternatives = [...names.map((each) => `DNS:${each}`),
                              ...addresses.map((each) => `IP:${each}`),
                              ...srv.map((each) => `otherName:1.3.6.1.5.5.7.8.7;IA5:${each}`)];
        this.#openssl('req', '-new', '-nodes', ...this.#newKey(name, rsa), '-out', request,
                      '-subj', cn ? `/CN=${cn}` : '/',
                      ...(alternatives.length ? ['-addext', `subjectAltName=${alternatives}`] : []));
        const year = new Date().getUTCFullYear();
        const [from, until] = expired ? [year - 3, year - 2]
            : early ? [year + 1, year + 2] : [year - 1, year + 1];
        this.#sign(request, certificate, from, until);
        const both = join(this.folder, `${name}.both.pem`);
        writeFileSync(both, readFileSync(key, 'utf8') + readFileSync(certificate, 'utf8'));
        // The SHA-256 of the key, as it is pinned.
        const pin = () => {
            const der = execFileSync('openssl', ['pkey', '-in', key, '-pubout', '-outform', 'DER']);
            return createHash('sha256').update(der).digest('base64');
        };
        return { key, certificate, both, pin };
    }

    // One that nobody but itself vouches for.
    issueSelfSigned({ names }) {
        const name = `server${++this.#issued}`;
        const [certificate, key] = ['pem', 'key'].map((kind) => join(this.folder, `${name}.${kind}`));
        this.#openssl('req', '-x509', '-new', '-nodes', ...this.#newKey(name), '-out', certificate,
                      '-subj', '/', '-days', '2',
                      '-addext', `subjectAltName=${names.map((each) => `DNS:${each}`)}`);
        return { key, certificate };
    }

    #sign(request, certificate, from, until) {
        this.#openssl('ca', '-batch', '-notext', '-in', request, '-out', certificate,
                      '-startdate', `${from}0101000000Z`, '-enddate', `${until}1231235959Z`);
    }

    #newKey(name, rsa = false) {
        const kind = rsa ? ['rsa:2048'] : ['ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
        return ['-newkey', ...kind, '-keyout', join(this.folder, `${name}.key`)];
    }

    #openssl(command, ...args) {
        execFileSync('openssl', [command, '-config', this.config, ...args], { stdio: 'pipe' });
    }
}
