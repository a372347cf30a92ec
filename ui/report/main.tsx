import { render } from 'preact';
import '../shared/theme.css';

render(<main />, document.getElementById('page')!);
