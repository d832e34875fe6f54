/** The sign: a picture in a viewfinder. */
export function Mark() {
  return (
    <svg width="28" height="28" viewBox="0 0 28 28" fill="none" aria-hidden="true">
      <path
        d="M3 8V5a2 2 0 0 1 2-2h3M20 3h3a2 2 0 0 1 2 2v3M25 20v3a2 2 0 0 1-2 2h-3M8 25H5a2 2 0 0 1-2-2v-3"
        stroke="currentColor"
        strokeWidth="2"
        strokeLinecap="round"
      />
      <path
        d="M11 9.4v9.2a.7.7 0 0 0 1.1.6l7-4.6a.7.7 0 0 0 0-1.2l-7-4.6a.7.7 0 0 0-1.1.6Z"
        fill="var(--lamp)"
      />
    </svg>
  );
}
