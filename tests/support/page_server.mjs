// PageServer — serves a folder of files, for the page that talks to boshcm from another origin.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';

const TYPES = { '.html': 'text/html; charset=utf-8', '.css': 'text/css', '.js': 'text/javascript',
                '.mjs': 'text/javascript', '.json': 'application/json', '.svg': 'image/svg+xml' };

export async function servePages(folder) {
    const server = createServer(async (request, response) => {
        const path = normalize(new URL(request.url, 'http://localhost').pathname);
        try {
            const file = path === '/' ? 'index.html' : path;
            const bytes = await readFile(join(folder, file));
            response.writeHead(200, { 'Content-Type': TYPES[extname(file)] ?? 'text/plain' });
            response.end(bytes);
        } catch {
            response.writeHead(404).end();
        }
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    return {
        // "localhost" and "127.0.0.1" are different origins even on one port; these differ in both.
        origin: `http://localhost:${server.address().port}`,
        stop: () => new Promise((resolve) => {
            server.closeAllConnections();
            server.close(resolve);
        }),
    };
}
