export type { HistoryInjection, Simulator, SimulatorOptions, TaskView } from './api.ts';
export type { DownloadRecord } from './context.ts';
export type { ActiveFault } from './faults/fault-book.ts';
export { type FaultSpec, FaultSyntaxError, type FaultText } from './faults/fault-spec.ts';
export { FAULT_NAMES, FAULTS, type FaultName, type FaultStage } from './faults/fault-table.ts';
export { startSimulator } from './simulator.ts';
export type { KeyConfig, KeyState } from './state/keys.ts';
export type { LedgerAnswer, LedgerEntry, LedgerSummary } from './state/ledger.ts';
export type { TaskStatus } from './state/tasks.ts';
