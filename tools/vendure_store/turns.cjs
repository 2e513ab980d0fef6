// One at a time. sql.js has a single connection: two requests that overlap share one transaction, so a
// rollback of one could undo the other, and saving the file would end both. Other databases of Vendure
// give each request its own connection.
'use strict';

const kAbandonedMs = 5000;

class Turns {
  constructor() {
    this.last_ = Promise.resolve();
    this.idle_ = null;
  }

  // Runs `work` after everything that asked before it, and answers what it answers.
  Run(work) {
    const result = this.last_.then(work);
    this.last_ = result.then(
      () => {},
      () => {},
    );
    return result;
  }

  // Calls `callback` after each turn that a request took.
  OnIdle(callback) {
    this.idle_ = callback;
  }

  Ended() {
    this.idle_?.();
  }
}

// A request holds its turn until its answer is sent. When the client went away the work still goes on,
// and still ends in end(); the timer is for work that never answers.
function TakeTurnsPerRequest(turns) {
  return (request, response, next) => {
    turns
      .Run(
        () =>
          new Promise((release) => {
            const end = response.end;
            response.end = function EndOfTurn(...args) {
              release();
              return end.apply(this, args);
            };
            response.once('close', () => setTimeout(release, kAbandonedMs).unref());
            next();
          }),
      )
      .then(() => turns.Ended());
  };
}

module.exports = { Turns, TakeTurnsPerRequest };
