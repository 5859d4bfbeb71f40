// Workshop — where commands of the documentation are run: a copy of the tree, an /etc/boshcm of its own,
// and stand-ins for what needs root (stand_ins.py).
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { Authority } from './certificates.mjs';
import { Child, freePort, temporaryFolder, within } from './children.mjs';
import { ROOT } from './documents.mjs';

const STAND_INS = fileURLToPath(new URL('stand_ins.py', import.meta.url));
const NAMES = ['apt-get', 'dpkg-buildpackage', 'systemctl', 'systemd-sysusers', 'chgrp', 'docker',
               'meson', 'ninja', 'boshcm'];
// Of the tree, what no command of the documentation is about.
const LEFT_OUT = /^(\.git|build|tests\/(node_modules|golden|fuzz\/corpus))$/;

export class Workshop {
    constructor(serverPort) {
        this.serverPort = serverPort;
        this.folder = temporaryFolder('workshop');
        this.tree = join(this.folder, 'boshcm');
        cpSync(ROOT, this.tree, { recursive: true,
            filter: (path) => !LEFT_OUT.test(path.slice(ROOT.length).replace(/\/$/, '')) });
        this.#putCertificates();
        for (const name of NAMES) {
            mkdirSync(join(this.folder, 'bin'), { recursive: true });
            symlinkSync(STAND_INS, join(this.folder, 'bin', name));
        }
        mkdirSync(join(this.folder, 'run/boshcm'), { recursive: true });
    }

    // Files that the documentation's configurations name.
    #putCertificates() {
        const etc = join(this.folder, 'etc/boshcm');
        mkdirSync(etc, { recursive: true });
        const authority = new Authority();
        const issued = { 'chat.example.org': {}, 'chat.example.org-rsa': { rsa: true },
                         'web.example.net': {}, 'client': {}, 'chat': {} };
        for (const [name, options] of Object.entries(issued)) {
            const host = name.startsWith('chat') ? 'chat.example.org' : name;
            const { certificate, key } = authority.issue({ names: [host], ...options });
            cpSync(certificate, join(etc, `${name}.pem`));
            cpSync(key, join(etc, `${name}.key`));
        }
        for (const name of ['ca.pem', 'clients.pem']) cpSync(authority.file, join(etc, name));
        writeFileSync(join(etc, 'probe.password'), 'secret\n', { mode: 0o600 });
        mkdirSync(join(this.folder, 'credentials'));
        for (const each of ['pem', 'key']) {
            cpSync(join(etc, `chat.example.org.${each}`),
                   join(this.folder, 'credentials', each === 'pem' ? 'chat.pem' : 'chat.key'));
        }
    }

    // The text with this folder in place of the system's.
    here(text) {
        return text.replaceAll('/etc/boshcm', join(this.folder, 'etc/boshcm'))
            .replaceAll('/run/boshcm', join(this.folder, 'run/boshcm'))
            .replaceAll('/run/credentials/boshcm.service', join(this.folder, 'credentials'));
    }

    get environment() {
        return { PATH: `${join(this.folder, 'bin')}:${process.env.PATH}`, DOCS_ROOT: this.tree,
                 DOCS_BUILD: dirname(dirname(process.env.BOSHCM)), DOCS_FOLDER: this.folder };
    }

    get configuration() { return join(this.folder, 'etc/boshcm/cm.xml'); }

    // A cm.xml for example.org, at a port that nobody has.
    async configure(domain = '<domain name="example.org"><server host="127.0.0.1" ' +
                             `port="${this.serverPort}" tls="none"/></domain>`) {
        this.port = await freePort();
        writeFileSync(this.configuration, `<boshcm xmlns="urn:boshcm:config:1">
  <log access="log"/>
  <listener address="127.0.0.1" port="${this.port}" tls="none"/>
  ${domain}
  <workers count="1"/>
  <admin path="${join(this.folder, 'run/boshcm/admin.sock')}"/>
</boshcm>
`);
    }

    #shell(command, options = {}) {
        return new Child('bash', 'bash', ['-euo', 'pipefail', '-c', command],
                         { cwd: this.tree, env: this.environment, ...options });
    }

    // Runs commands to their end; what they said, or an error with it.
    async run(text, { seconds = 120 } = {}) {
        const shell = this.#shell(this.here(text).replaceAll('https://chat.example.org',
                                                             `http://127.0.0.1:${this.port}`));
        const { code } = await within(seconds, `the end of:\n${text}`, shell.exited);
        if (code !== 0) throw new Error(`exit ${code} of:\n${text}\nwhich said:\n${shell.output}`);
        return shell.output;
    }

    // Runs what goes on until it is stopped: until it says so, and then to its end.
    async start(text, says) {
        const shell = this.#shell(`exec ${text}`);
        await shell.line(says, 120);
        const { code } = await shell.stop('SIGINT', 30);
        if (code !== 0) throw new Error(`exit ${code} of ${text}, which said:\n${shell.output}`);
        return shell.output;
    }

    // Whether programs, options and targets exist that the commands name.
    names(text) {
        return execFileSync('python3', [STAND_INS, 'by-name'],
                            { input: text, cwd: this.tree, encoding: 'utf8',
                              env: { ...process.env, ...this.environment } });
    }

    // With the program there, as an earlier command has started it.
    async whileServing(what, domain) {
        await this.configure(domain);
        try {
            await this.run('boshcm run --config /etc/boshcm/cm.xml');
            return await what();
        } finally {
            this.log = await this.rest();
        }
    }

    // The program that a command has started, if one has.
    async rest() {
        const file = join(this.folder, 'boshcm.pid');
        if (!existsSync(file)) return '';
        const pid = Number(readFileSync(file, 'utf8'));
        rmSync(file);
        process.kill(pid, 'SIGTERM');
        // It is no child of ours: its end shows in its log.
        for (;;) {
            const log = readFileSync(join(this.folder, 'boshcm.log'), 'utf8');
            if (/ daemon\.stopped /.test(log) && !existsSync(`/proc/${pid}`)) return log;
            if (!existsSync(`/proc/${pid}`)) throw new Error(`boshcm ended badly:\n${log}`);
            await new Promise((resolve) => setTimeout(resolve, 20));
        }
    }
}
