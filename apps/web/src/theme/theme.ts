import { Button, createTheme, type MantineColorsTuple } from '@mantine/core';

/** Mantine wants ten shades of every colour; ours has two, which tokens.css tells apart by light and dark. */
const ink: MantineColorsTuple = [
  'var(--paper)',
  'var(--sunken)',
  'var(--line)',
  'var(--line)',
  'var(--line-strong)',
  'var(--ink-soft)',
  'var(--ink)',
  'var(--ink)',
  'var(--ink)',
  'var(--ink)',
];

/** What of Mantine's behaviour is ours. Its looks are set in tokens.css, so that no style is written at run time. */
export const theme = createTheme({
  primaryColor: 'ink',
  colors: { ink },
  fontFamily: 'var(--font-work)',
  cursorType: 'pointer',
  respectReducedMotion: true,
  variantColorResolver: ({ variant }) => {
    switch (variant) {
      case 'filled':
        return {
          background: 'var(--ink)',
          hover: 'var(--ink-hover)',
          color: 'var(--on-ink)',
          border: '1px solid transparent',
        };
      case 'subtle':
        return {
          background: 'transparent',
          hover: 'var(--sunken)',
          color: 'var(--ink)',
          border: '1px solid transparent',
        };
      default:
        return {
          background: 'var(--surface)',
          hover: 'var(--sunken)',
          color: 'var(--ink)',
          border: '1px solid var(--line-strong)',
        };
    }
  },
  components: {
    Button: Button.extend({ defaultProps: { variant: 'default' } }),
  },
});
