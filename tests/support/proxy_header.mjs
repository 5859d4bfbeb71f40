// readProxyHeader — the binary header of the PROXY protocol, as a server reads it: who the client is
// and what is said of its TLS.
// Spec: HAProxy's proxy-protocol.txt 2.2.
const SIGNATURE = Buffer.from('0d0a0d0a000d0a515549540a', 'hex');
const NAMES = { 0x02: 'authority', 0x20: 'ssl', 0x21: 'version', 0x22: 'commonName', 0x23: 'cipher' };

function readTlvs(bytes) {
    const found = {};
    for (let at = 0; at < bytes.length;) {
        const size = bytes.readUInt16BE(at + 1);
        const value = bytes.subarray(at + 3, at + 3 + size);
        if (value.length !== size) throw new Error('a value that is cut off');
        const name = NAMES[bytes[at]] ?? `type ${bytes[at]}`;
        found[name] = name !== 'ssl' ? value.toString()
            : { flags: value[0], verify: value.readUInt32BE(1), ...readTlvs(value.subarray(5)) };
        at += 3 + size;
    }
    return found;
}

// Of IPv4; whatever follows the header is left alone.
export function readProxyHeader(bytes) {
    if (!bytes.subarray(0, 12).equals(SIGNATURE)) throw new Error('no PROXY header');
    if (bytes[12] !== 0x21 || bytes[13] !== 0x11) throw new Error('not version 2 over TCP on IPv4');
    const size = bytes.readUInt16BE(14);
    const body = bytes.subarray(16, 16 + size);
    if (body.length !== size) throw new Error('a header that is cut off');
    return { client: body.subarray(0, 4).join('.'), reached: body.subarray(4, 8).join('.'),
             clientPort: body.readUInt16BE(8), reachedPort: body.readUInt16BE(10),
             tlvs: readTlvs(body.subarray(12)) };
}
