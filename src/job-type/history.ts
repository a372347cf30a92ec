import type { JsonObject } from '../values/json.ts';
import type { ApiAnswer, ApiRequest, ResultFile } from './outcomes.ts';

/** A provider's list of what was submitted: how a lost submission is found again. */
export interface HistorySource {
  /** How long a submission may take to show, when the configuration does not say. Milliseconds. */
  readonly settleMs: number;
  /** The names of request parameters that an entry may show and that therefore tell two jobs apart, common names. `prompt` among them where shown. */
  readonly shows: readonly string[];
  /** The documents do not say that an entry's id is the one that the submission was answered with: it must be seen to be so before one is bound. */
  readonly idsAssumed?: boolean;
  /** The request of one page, from 1. */
  page(number: number, size: number): ApiRequest;
  /** The entries of a page, newest first, wherever the answer keeps them; null when no list can be recognised ("cannot tell", never "absent"). */
  read(answer: ApiAnswer): HistoryPage | null;
  /** Whether an entry can be this job: everything that the entry shows agrees with what was sent. Absent fields do not speak against it. */
  matches(entry: HistoryEntry, sent: { readonly model: string; readonly params: JsonObject }): boolean;
  /**
   * Whether an entry is certainly another job. What neither matches nor is ruled out (a prompt cut without a sign, a field shown in words of
   * its own) is in doubt: while there is one, nothing is proved absent. The shape is undocumented, and a wrong "no" here would pay twice.
   */
  rulesOut(entry: HistoryEntry, sent: { readonly model: string; readonly params: JsonObject }): boolean;
  /**
   * Whether an entry shows in full what tells this job from others. Such a one may be bound before the time is over after which absence is
   * proved; without this nothing is looked for before.
   */
  identifies?(entry: HistoryEntry, sent: { readonly model: string; readonly params: JsonObject }): boolean;
  /** Whether an entry is of a job that is not finished yet; null where it does not say. */
  unfinished(entry: HistoryEntry): boolean | null;
}

/** One page of a history. */
export interface HistoryPage {
  readonly entries: readonly HistoryEntry[];
  /** False when the answer says, or its length shows, that nothing older follows; null when it does not say. */
  readonly more: boolean | null;
}

/** One entry of a history. */
export interface HistoryEntry {
  readonly id: string;
  /** Milliseconds since 1970; null when the entry does not say or says it unreadably. */
  readonly createdAt: number | null;
  readonly raw: JsonObject;
  /** The files of a synchronous job, which has no status request to ask for them. */
  readonly files?: readonly ResultFile[];
}
