/** Shown while the launch link signs in. The token stands in the fragment, which browsers send to nobody. */
export const launchPage = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Veogate</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="/launch.css">
    <script type="module" src="/launch.js"></script>
  </head>
  <body>
    <main>
      <h1>Veogate</h1>
      <p id="message" role="status">Signing you in…</p>
      <noscript><p>Signing in needs JavaScript.</p></noscript>
    </main>
  </body>
</html>
`;

export const launchScript = `const message = document.getElementById('message');
const token = new URLSearchParams(location.hash.slice(1)).get('token');
// The token must not stay in the history of the browser.
history.replaceState(null, '', location.pathname);

async function signIn() {
  if (!token) return 'This page needs the launch link that was printed when Veogate started.';
  const response = await fetch('/auth/launch', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  });
  if (!response.ok) {
    const problem = await response.json().catch(() => ({}));
    return problem.detail ?? problem.title ?? 'Veogate did not answer. Is it still running?';
  }
  location.replace('/');
}

signIn()
  .catch(() => 'Veogate did not answer. Is it still running?')
  .then((sentence) => {
    if (sentence) message.textContent = sentence;
  });
`;

export const launchStyle = `:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; }
main { padding: 2rem; max-width: 30rem; text-align: center; }
h1 { font-size: 1.5rem; font-weight: 600; margin: 0 0 0.5rem; }
p { margin: 0; }
`;
