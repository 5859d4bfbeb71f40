// h2load's own words: how long it took, and how many were answered with success.
export function readH2load(output) {
    const [, seconds] = /finished in ([\d.]+m?s)/.exec(output) ?? [];
    const [, succeeded] = /requests: .* (\d+) succeeded/.exec(output) ?? [];
    if (!seconds || !succeeded) throw new Error(`h2load said:\n${output}`);
    const value = parseFloat(seconds);
    return { seconds: seconds.endsWith('ms') ? value / 1000 : value, succeeded: Number(succeeded) };
}
