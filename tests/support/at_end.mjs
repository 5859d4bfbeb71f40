// Loaded before each test file: one that has come to its end goes.
// What a failed test has left open, a process or a server, would keep its file waiting for it until
// the time of the whole file is up; so long nobody would hear which test it was.
import { after } from 'node:test';

const PATIENCE_MS = 60_000; // the file's own after() may have servers to stop

after(() => {
    setTimeout(() => {
        console.error('# after the last test something was left open: ' +
                      [...new Set(process.getActiveResourcesInfo())].join(', '));
        process.exit(process.exitCode || 1); // support/children stops the processes
    }, PATIENCE_MS).unref();
});
