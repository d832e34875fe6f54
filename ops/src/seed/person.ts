/** Somebody who was made up. */
export interface SeededPerson {
  id: string;
  name: string;
  projectId: string;
  keyId: string;
  /** How much more than others they do. */
  zeal: number;
  since: number;
  address: string;
}
