// Light or dark: as the system has it, until somebody says otherwise.
const PLACE = 'boshcm-theme';
const NEXT = { system: 'light', light: 'dark', dark: 'system' };
const SIGNS = { system: '◐', light: '☀', dark: '☾' };

export function offerThemes(button) {
    let theme = localStorage.getItem(PLACE) ?? 'system';
    const use = () => {
        document.documentElement.dataset.theme = theme;
        button.textContent = SIGNS[theme];
        button.setAttribute('aria-label', `Colours: ${theme}; press for ${NEXT[theme]}`);
        button.title = `Colours: ${theme}`;
    };
    button.addEventListener('click', () => {
        theme = NEXT[theme] ?? 'system';
        if (theme === 'system') localStorage.removeItem(PLACE);
        else localStorage.setItem(PLACE, theme);
        use();
    });
    use();
}
