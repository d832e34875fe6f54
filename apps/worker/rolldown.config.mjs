import { bundleOf } from '../../scripts/bundle.mjs';

export default bundleOf({ main: 'src/main.ts', steps: 'src/steps.ts' });
