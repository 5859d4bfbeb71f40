// Documents — the fenced blocks of README.md and docs, each with the class that the comment above it
// gives: `<!-- test: CLASS WORDS -->`, which no forge shows. tests/lint/docs.py has the classes.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const MARK = /^<!-- test: ([a-z-]+)(?: (.*?))? -->$/;
const FENCE = /^ {0,3}```(\w*)$/;

function pages() {
    const docs = readdirSync(`${ROOT}docs`, { recursive: true })
        .filter((name) => name.endsWith('.md')).map((name) => `${ROOT}docs/${name}`);
    return [`${ROOT}README.md`, `${ROOT}CONTRIBUTING.md`, ...docs.sort()];
}

function* blocksOf(file) {
    const lines = readFileSync(file, 'utf8').split('\n');
    for (let at = 0; at < lines.length; ++at) {
        const opening = FENCE.exec(lines[at]);
        if (!opening) continue;
        const end = lines.findIndex((line, index) => index > at && FENCE.test(line));
        assert.ok(end > at, `${file}:${at + 1}: a block without end`);
        const mark = MARK.exec(lines[at - 1]?.trim() ?? '');
        yield { page: relative(ROOT, file), line: at + 1, language: opening[1], kind: mark?.[1],
                words: mark?.[2] ?? '', text: `${lines.slice(at + 1, end).join('\n')}\n` };
        at = end;
    }
}

// All of one class.
export function blocks(kind) {
    return pages().flatMap((file) => [...blocksOf(file)]).filter((block) => block.kind === kind);
}

// The one of a class whose words are these.
export function block(kind, words) {
    const found = blocks(kind).filter((each) => each.words === words);
    assert.equal(found.length, 1, `blocks of class ${kind} ${words}`);
    return found[0];
}
