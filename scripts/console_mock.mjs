// A boshcm that is made up, with the console before it as the files are now: for who works on the
// page. Says where it is, and runs until it is interrupted.
import { startConsoleMock } from '../tests/support/console_mock.mjs';

const mock = await startConsoleMock({ sessions: Number(process.argv[2] ?? 1000) });
mock.remember(300);
console.log(`${mock.origin}/console/`);
