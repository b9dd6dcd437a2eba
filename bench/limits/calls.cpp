// Repeats calls without a word of Python in between, for times of microseconds;
// and makes several calls at once, each by a thread of its own.

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

using Limit = void(const void *problem);
using Entry = int(void *context, const void *in, void *out);
using Clock = std::chrono::steady_clock;

static double since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// Seconds of one call.
extern "C" double repeat_limit(Limit *limit, const void *problem, int times) {
  auto start = Clock::now();
  for (int i = 0; i < times; ++i)
    limit(problem);
  return since(start) / times;
}

// Seconds of one call, or -1 if one failed.
extern "C" double repeat_entry(Entry *entry, void *context, const void *in,
                               void *out, int times) {
  auto start = Clock::now();
  for (int i = 0; i < times; ++i)
    if (entry(context, in, out) != 0)
      return -1;
  return since(start) / times;
}

namespace {

// Threads that wait for calls, so that none is started while the clock runs.
class Threads {
public:
  void run(Limit *limit, const void *const *problems, int count) {
    {
      std::unique_lock lock(mutex);
      while (int(threads.size()) < count - 1) {
        threads.emplace_back([this, i = int(threads.size()) + 1] { wait(i); });
        threads.back().detach();
      }
      this->limit = limit, this->problems = problems, this->count = count;
      waiting = count - 1;
      ++round;
    }
    begin.notify_all();
    limit(problems[0]);
    std::unique_lock lock(mutex);
    end.wait(lock, [&] { return waiting == 0; });
  }

private:
  void wait(int i) {
    for (long seen = 0;;) {
      std::unique_lock lock(mutex);
      begin.wait(lock, [&] { return round > seen && i < count; });
      seen = round;
      auto *call = limit;
      auto *problem = problems[i];
      lock.unlock();
      call(problem);
      lock.lock();
      if (--waiting == 0)
        end.notify_one();
    }
  }

  std::mutex mutex;
  std::condition_variable begin, end;
  std::vector<std::thread> threads;
  Limit *limit = nullptr;
  const void *const *problems = nullptr;
  int count = 0, waiting = 0;
  long round = 0;
};

} // namespace

// Returns when all calls have.
extern "C" void limit_in_threads(Limit *limit, const void *const *problems,
                                 int count) {
  // Never destroyed: its threads wait to the end of the process.
  static auto *threads = new Threads;
  threads->run(limit, problems, count);
}
