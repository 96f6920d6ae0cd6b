// The page of a place: the line with both sides' times below the moment that is typed.
import { when } from './when.js';

document.querySelectorAll('[data-when]').forEach(when);
