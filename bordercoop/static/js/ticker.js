// A worker: timers of a hidden page are slowed down to one a minute, those of a worker are not.
setInterval(() => postMessage(0), 1000);
