import type { ReviewNews } from '../../src/review/review-view.ts';

/** What the program says to the page by itself. */
type Message = { readonly news: ReviewNews } | { readonly connected: boolean };

const NAME = 'nightshift news';

/**
 * Calls back for what the program tells by itself. One tab holds the connection and tells the others: a browser opens no more than six to one
 * host, so that each tab with its own would leave none for the pictures. When that tab is closed, the next one connects.
 */
export function shareNews(news: (news: ReviewNews) => void, connected: (is: boolean) => void): void {
  const hear = (message: Message): void => ('news' in message ? news(message.news) : connected(message.connected));
  // An old browser: each for itself.
  if (!navigator.locks) {
    connect(hear);
    return;
  }
  const others = new BroadcastChannel(NAME);
  others.addEventListener('message', ({ data }) => hear(data as Message));
  const tell = (message: Message): void => {
    hear(message);
    others.postMessage(message);
  };
  // Held as long as the tab is there.
  void navigator.locks.request(NAME, () => {
    connect(tell);
    return new Promise<never>(() => {});
  });
}

function connect(tell: (message: Message) => void): void {
  const source = new EventSource('/api/news');
  source.addEventListener('news', (event) => tell({ news: JSON.parse(event.data as string) as ReviewNews }));
  source.addEventListener('open', () => tell({ connected: true }));
  source.addEventListener('error', () => tell({ connected: false }));
}
