/** What was answered, by the names of the settings that the answers become; an empty answer leaves its setting out. */
export type Answers = Readonly<Record<string, string>>;

/** Something that the setup asks. */
export interface Question {
  /** The setting that the answer becomes, or a name of its own that other questions look at. */
  name: string;
  /** What a person is asked. */
  ask: string;
  /** What they should know first. */
  about?: (answers: Answers) => string;
  /** `choices`: several, with spaces between them. Of one choice alone nobody is asked. */
  kind: 'text' | 'secret' | 'choice' | 'choices';
  choices?: readonly Choice[];
  /** Whether it matters, as far as is known. */
  when: (answers: Answers) => boolean;
  /** What is taken where nothing is said. Where left out, what was set before. */
  suggest?: (answers: Answers, before: Answers) => string | undefined;
  /** What they should know of what they chose. */
  outlook?: (answer: string) => string;
  optional?: boolean;
  /** Names the check of the service's safety that the answer has to pass. */
  requirement?: string;
  /** What was set before stays where this is not asked. */
  stays?: boolean;
}

export interface Choice {
  value: string;
  label: string;
  hint?: string;
}

/** The choices of a yes-or-no question, for a setting that is 1 or left out. */
export const yesOrNo = (yes: string, no: string): readonly Choice[] => [
  { value: '0', label: yes },
  { value: '1', label: no },
];
