// Sets the colours that were chosen before the first picture is drawn. The same key as `colorScheme` in src/main.tsx.
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem('veogate-color-scheme');
  } catch {
    // A browser that keeps nothing follows the system.
  }
  const dark =
    chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
})();
