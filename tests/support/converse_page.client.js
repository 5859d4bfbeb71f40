// The page's side of ConversePage: Converse.js as a site has it, with the address of boshcm from the
// page's own address.
/* global converse */
const service = new URLSearchParams(location.search).get('service');

// For a page that is loaded anew over WebSocket. Converse.js itself keeps what it derived from the
// password, which is of no use where the server makes up another salt for each login.
const login = JSON.parse(sessionStorage.getItem('login'));

// What a site's own scripts may do with Converse.js, they do by such a plugin.
converse.plugins.add('site', {
    initialize() {
        window.api = this._converse.api;
    },
});

converse.initialize({
    [service.startsWith('http') ? 'bosh_service_url' : 'websocket_url']: service,
    whitelisted_plugins: ['site'],
    blacklisted_plugins: ['converse-omemo', 'converse-omemo-views'], // the servers keep no keys
    view_mode: 'fullscreen',
    theme: 'classic',
    i18n: 'en',
    loglevel: 'warn',
    keepalive: true,
    ...(login && { auto_login: true, ...login }),
    discover_connection_methods: false,
    allow_registration: false,
    enable_muc_push: false,
    play_sounds: false,
    show_desktop_notifications: false,
});
