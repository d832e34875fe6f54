export const names = [
  ...[
    'Ada Lindqvist',
    'Ben Okafor',
    'Chiara Rossi',
    'Dmitri Volkov',
    'Elif Yılmaz',
    'Farah Haddad',
    'Goran Petrović',
  ],
  ...['Hana Sato', 'Ines Duarte', 'Jonas Weber', 'Kaia Nilsen', 'Liam Murphy', 'Mei Chen', 'Noor Rahman'],
  ...[
    'Oscar Blanc',
    'Priya Nair',
    'Quentin Moreau',
    'Rosa Jiménez',
    'Sven Larsson',
    'Tomoko Mori',
    'Uma Patel',
  ],
  ...['Viktor Horváth', 'Wanda Kowalska', 'Yusuf Demir'],
];

export const prompts = [
  'A lighthouse in heavy weather, waves break over the pier, slow push in',
  'Steam rises from a bowl of noodles, close, late-night neon',
  'Ink drops unfold in clear water, macro, black background',
  'Hot-air balloons over a patchwork of fields at first light',
  'A night train crosses a viaduct under the stars',
  'A glass marble rolls along a library shelf',
  'Swallows dive between old roofs, handheld',
  'Botanical plate of a fern, ink and watercolour',
  'A paper boat sails down a gutter in the rain, close to the water, evening light',
  'An empty carousel turns in the fog',
  'From dawn to dusk over the same bay, locked-off',
  'A red kite over winter hills, long lens',
  'Street market in the rain, umbrellas from above',
  'A potter’s hands and wet clay, shallow focus',
];
