// Prometheus — the real one, asking boshcm as an operator's would; and promtool, which judges texts.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { Child, freePort, temporaryFolder } from './children.mjs';

// What promtool says of the text; nothing, if it is good.
export function promtool(args, input) {
    const { status, stdout, stderr, error } = spawnSync('promtool', args,
                                                        { input, encoding: 'utf8' });
    assert.equal(error, undefined);
    return status === 0 ? stderr : stdout + stderr;
}

// targetPort: of the admin listener; token: what it wants, if anything; rules: a file with alerts.
export async function startPrometheus({ targetPort, token, rules }) {
    const folder = temporaryFolder('prometheus');
    const port = await freePort();
    const file = join(folder, 'prometheus.yml');
    writeFileSync(file, JSON.stringify({ // which is YAML, too
        global: { scrape_interval: '200ms', evaluation_interval: '1s' },
        ...(rules ? { rule_files: [rules] } : {}),
        scrape_configs: [{
            job_name: 'boshcm',
            static_configs: [{ targets: [`127.0.0.1:${targetPort}`] }],
            ...(token ? { authorization: { credentials: token } } : {}),
        }],
    }));
    const child = new Child('prometheus', 'prometheus',
        [`--config.file=${file}`, `--storage.tsdb.path=${join(folder, 'data')}`,
         `--web.listen-address=127.0.0.1:${port}`], { folder });
    await child.line(/ready to receive web requests/);
    const api = async (path) => {
        const answer = await (await fetch(`http://127.0.0.1:${port}/api/v1/${path}`)).json();
        assert.equal(answer.status, 'success', `${path}: ${answer.error}`);
        return answer.data;
    };
    const query = async (expression) =>
        (await api(`query?query=${encodeURIComponent(expression)}`)).result;
    return {
        api, query,
        // The one value of the expression once it fits: a scrape may be under way.
        async value(expression, fits, seconds = 30) {
            const deadline = Date.now() + seconds * 1000;
            for (;;) {
                const result = await query(expression);
                const value = result.length === 1 ? Number(result[0].value[1]) : undefined;
                if (fits(value)) return value;
                if (Date.now() > deadline) {
                    assert.fail(`${expression} is ${JSON.stringify(result)}`);
                }
                await delay(50);
            }
        },
        stop: () => child.stop(),
    };
}
