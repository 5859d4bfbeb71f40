// One attack by its name: attacker.mjs NAME '{"port": 5280, "proxies": []}'. Prints what came of it.
import { ATTACKS } from './attacks.mjs';

const [, , name, where] = process.argv;
console.log(JSON.stringify(await ATTACKS[name](JSON.parse(where))));
process.exit(0);
