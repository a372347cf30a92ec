import { render } from 'preact';
import type { StaticReview } from '../../src/review/review-view.ts';
import { pageData } from '../shared/page-data.ts';
import '../shared/theme.css';
import { App } from './app.tsx';
import './review.css';
import { serverClient } from './server-client.ts';
import { staticClient } from './static-client.ts';
import { ReviewStore } from './store.ts';

const data = pageData<StaticReview>();
const store = new ReviewStore(data === null ? serverClient() : staticClient(data));
store.start();
render(<App store={store} />, document.getElementById('page')!);
