// What the contact sheet and its server say to each other. Types only: the page takes them from here, and nothing else.

/** One file of an attempt, as the contact sheet shows it. */
export interface ReviewOutput {
  /** Its number in the queue. */
  readonly output: number;
  readonly job: string;
  /** Grows in the order of the manifest. */
  readonly job_seq: number;
  readonly attempt: number;
  readonly position: number;
  readonly role: 'main' | 'preview';
  readonly kind: 'image' | 'video' | 'model3d';
  /** Relative to the output folder. */
  readonly path: string;
  readonly bytes: number;
  readonly media_type: string;
  readonly sha256: string;
  readonly provider: string;
  readonly model: string;
  readonly prompt: string;
  /** The manifest's prompt, where this one was made from another: what a person asked for, or an earlier one; null: the same. */
  readonly manifest_prompt: string | null;
  readonly tags: readonly string[];
  /** Variables of the row and the matrix, as text. */
  readonly vars: Readonly<Record<string, string>>;
  /** Which of the variables are axes of its matrix; the others are its row. */
  readonly axes: readonly string[];
  readonly copy: number;
  /** Its share of what the attempt cost, in the provider's unit; null where that is not known. */
  readonly cost: number | null;
}

/** What a person said of an output. */
export interface ReviewDecision {
  readonly output: number;
  readonly decision: 'pick' | 'reject' | null;
  readonly star: boolean;
  readonly note: string | null;
  /** Another prompt for the next attempt; null: as it was. */
  readonly prompt: string | null;
}

/** What changes of a decision; what is left out stays. */
export type ReviewChange = Pick<ReviewDecision, 'output'> & Partial<ReviewDecision>;

/** `GET /api/outputs?after=N`. */
export interface OutputPage {
  readonly outputs: readonly ReviewOutput[];
  /** To ask for what comes after. */
  readonly next: number;
  readonly more: boolean;
}

/** `GET /api/decisions?after=N`, and the answer to every write. */
export interface DecisionPage {
  readonly decisions: readonly ReviewDecision[];
  /** To ask for what changes after. */
  readonly mark: number;
}

/** Money of one provider, in its unit; null where it is not known. */
export interface ReviewMoney {
  readonly unit: string;
  readonly quoted: number | null;
  readonly reserved: number;
  readonly charged: number;
  readonly refunded: number;
  readonly net: number;
  readonly unknown: number | null;
}

/** What a model has cost, all attempts together. */
export interface ReviewSpend {
  readonly provider: string;
  readonly model: string;
  readonly net: number;
}

/** One limit of a provider and how much of it is used now. */
export interface ReviewLimit {
  readonly provider: string;
  /** In words: `requests 100 a minute`. */
  readonly what: string;
  readonly used: number;
  readonly most: number;
}

/** An attempt on its way, or ended. */
export interface ReviewAttempt {
  readonly job: string;
  readonly model: string;
  readonly attempt: number;
  readonly state: string;
  readonly error: string | null;
  readonly began_at: string;
  readonly ended_at: string | null;
}

/** How far it is, as the terminal of the run shows it, in words. */
export interface ReviewProgress {
  /** `12 jobs/min, 10 to 12 min left, until 02:10 to 02:12`; empty while nothing can be told. */
  readonly pace: string;
  /** What holds it up, and what to do about it: a sentence each. */
  readonly notes: readonly string[];
}

/** How a batch stands. */
export interface ReviewStatus {
  readonly batch: string;
  /** Who works it now, in words; null when nobody does. */
  readonly running: string | null;
  /** Whether new submissions are held back; null in a static sheet. */
  readonly paused: boolean | null;
  /** Whether new attempts can be queued from the page. */
  readonly regenerates: boolean;
  readonly jobs: Readonly<Record<string, number>>;
  readonly files: number;
  readonly money: Readonly<Record<string, ReviewMoney>>;
  /** Cap of the batch by provider, in its unit; null without one. */
  readonly budget: Readonly<Record<string, number>> | null;
  readonly spend: readonly ReviewSpend[];
  readonly limits: readonly ReviewLimit[];
  /** Null in a static sheet, which knows nothing of now. */
  readonly progress: ReviewProgress | null;
  /** Jobs of which another attempt is queued, on its way, or did not come to anything: none of them can be made again now. */
  readonly again: readonly { readonly job: string; readonly attempt: number; readonly state: string }[];
  /** Jobs whose result is that of an earlier attempt although a later one has files, with the number of the attempt that counts. */
  readonly back: readonly { readonly job: string; readonly attempt: number }[];
  readonly in_flight: readonly ReviewAttempt[];
  readonly ended: readonly ReviewAttempt[];
}

/** What is new, told to every open page. */
export interface ReviewNews {
  /** Number of the file that was saved last. */
  readonly saved: number;
  /** Last change of the decisions. */
  readonly decided: number;
}

/** What new attempts cost, by provider; null where a price is not known. */
export type RegenerateCost = Readonly<Record<string, { readonly unit: string; readonly total: number | null }>>;

/** What there is to pay from at a provider, in its unit. */
export interface RegenerateFunds {
  /** Cap of the batch, and what of it is left beside all that is spent, in flight, unknown or queued; null without a cap. */
  readonly cap: {
    readonly most: number;
    readonly left: number;
    /** The command that raises it so far that this fits; null where it fits. */
    readonly raise: string | null;
  } | null;
  /** The balance as it was last told, and when; null where none was. */
  readonly balance: { readonly amount: number; readonly at: string } | null;
}

/** `POST /api/regenerate`: what it would be, or what was queued. */
export interface RegenerateAnswer {
  /** The jobs that get, or got, a new attempt; with another prompt where one was asked for. */
  readonly jobs: readonly { readonly id: string; readonly attempt: number; readonly prompt: string | null }[];
  /** Jobs that are left as they are, each with the reason. */
  readonly left: readonly string[];
  readonly cost: RegenerateCost;
  /** By provider, of each that the jobs are paid at; as it is before they are queued. */
  readonly funds: Readonly<Record<string, RegenerateFunds>>;
  readonly queued: boolean;
  /** Whose run is at work: that of this batch takes up what is queued, `other` has to end first; null: none is. */
  readonly run: 'own' | 'other' | null;
  /** The command that makes what is queued. */
  readonly resume: string;
}

/** What a static contact sheet holds in itself. */
export interface StaticReview {
  readonly made_at: string;
  /** Addresses relative to the page; no `thumb` where there is no small picture. */
  readonly outputs: readonly (ReviewOutput & { readonly file: string; readonly thumb: string | null })[];
  readonly decisions: readonly ReviewDecision[];
  readonly status: ReviewStatus;
}
