// Command line — how the programs of bench/compare and bench/soak begin and end: with what was asked
// for, or with a complaint, the usage and exit status 2.

// `name`: as it complains; `read`: makes settings of the words, or throws; with `help` among them the
// usage is told, and nothing done. `run`: given the settings and the words, its exit status.
export async function startProgram({ name, usage, read, run }) {
    const words = process.argv.slice(2);
    let settings;
    try {
        settings = read(words);
    } catch (error) {
        console.error(`${name}: ${error.message}\n${usage}`);
        process.exitCode = 2;
        return;
    }
    if (settings.help) {
        console.log(usage);
        return;
    }
    process.exitCode = await run(settings, words);
}
