import { Link } from '@tanstack/react-router';
import type { Key, Meta } from '../../api/types.ts';
import { t } from '../../strings/en.ts';
import { SelectField } from '../../ui/select-field.tsx';
import type { Draft } from '../draft/draft.ts';
import type { Choices } from './choose.ts';
import classes from './composer.module.css';

/** Who makes it, and with whose key. */
export function ModelAndKey({
  choices: { models, model, keys, key },
  providers,
  onChange,
}: {
  choices: Choices;
  providers: Meta['providers'];
  onChange: (to: Partial<Draft>) => void;
}) {
  const offered = providers.filter(({ id }) => models.some(({ provider }) => provider === id));
  const providerName = providers.find(({ id }) => id === model?.provider)?.name ?? '';
  return (
    <div className={classes.pair}>
      <div data-field="model">
        <SelectField
          label={t.studio.model}
          value={model?.id ?? ''}
          onChange={(id) => onChange({ model: id, keyId: undefined })}
        >
          {offered.map(({ id, name }) => (
            <optgroup key={id} label={name}>
              {models
                .filter(({ provider }) => provider === id)
                .map((candidate) => (
                  <option key={candidate.id} value={candidate.id}>
                    {candidate.name}
                  </option>
                ))}
            </optgroup>
          ))}
        </SelectField>
      </div>
      <div data-field="key">
        {key ? (
          <SelectField label={t.studio.key} value={key.id} onChange={(keyId) => onChange({ keyId })}>
            {keys.map((candidate) => (
              <option key={candidate.id} value={candidate.id}>
                {nameOf(candidate)}
              </option>
            ))}
          </SelectField>
        ) : (
          <div className={classes.noKey}>
            <span className={classes.label}>{t.studio.key}</span>
            <p>
              {t.studio.noKey(providerName)} <Link to="/keys">{t.studio.addKey}</Link>
            </p>
          </div>
        )}
      </div>
    </div>
  );
}

function nameOf({ label, hint, state, scope }: Key): string {
  const name = state === 'checking' ? t.studio.keyChecking(label, hint) : t.studio.keyOption(label, hint);
  return scope === 'team' ? t.studio.keyOfTeam(name) : name;
}
