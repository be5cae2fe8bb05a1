#include "item_source.hpp"

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>

#include <condition_variable>
#include <mutex>
#include <utility>

namespace kameo::cli {
namespace {

using actor::Payload;

/// One `next` of a stream on its way to the thread that waits for it.
class Arrival {
 public:
  void put(std::optional<Payload> item) {
    const std::lock_guard lock(mutex_);
    item_ = std::move(item);
    came_ = true;
    changed_.notify_one();
  }
  [[nodiscard]] bool wait(std::chrono::milliseconds at_most) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, at_most, [this] { return came_; });
  }
  void wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return came_; });
  }
  /// Only once it has come.
  [[nodiscard]] std::optional<Payload> take() {
    const std::lock_guard lock(mutex_);
    came_ = false;
    return std::exchange(item_, std::nullopt);
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool came_ = false;            // guarded by mutex_
  std::optional<Payload> item_;  // guarded by mutex_
};

struct OnArrival {
  /// Where the item is: the thread that waits needs no executor to hear of it.
  static constexpr bool completes_inline = true;
  std::shared_ptr<Arrival> arrival;
  void operator()(std::optional<Payload> item) { arrival->put(std::move(item)); }
};

/// `Source` is a Stream or what derives from it.
template <class Source>
class Items final : public ItemSource {
 public:
  explicit Items(std::shared_ptr<Source> source) : source_(std::move(source)) {}
  ~Items() override {
    if (ended_) return;
    source_
        ->cancel();  // whoever feeds it holds it, too; and it completes a `next` that is under way
    if (pending_) arrival_->wait();
  }

  [[nodiscard]] Got next(Bytes& item, std::chrono::milliseconds at_most) override {
    if (ended_) return Got::end;
    if (!std::exchange(pending_, true)) source_->next(OnArrival{arrival_});
    if (!arrival_->wait(at_most)) return Got::nothing_yet;
    pending_ = false;
    auto arrived = arrival_->take();
    if (!arrived) {
      ended_ = true;
      return Got::end;
    }
    item = std::move(arrived->bytes);
    return Got::item;
  }
  [[nodiscard]] Result<void> result() override { return source_->result(); }

 private:
  const std::shared_ptr<Source> source_;
  const std::shared_ptr<Arrival> arrival_ = std::make_shared<Arrival>();
  bool pending_ = false;
  bool ended_ = false;
};

using Upload = kameo::Upload<Payload, Payload>;
using Exchange = kameo::Exchange<Payload, Payload>;

/// Sends all items, as far as the handler wants them. What the ask has come to tells its other end.
template <class Into>
asio::awaitable<void> feed(std::shared_ptr<Into> into, std::vector<Bytes> items) {
  for (auto& item : items) {
    Payload payload(std::move(item));
    const auto sent = co_await into->send(std::move(payload));
    if (!sent) co_return;
  }
  into->end();
}

asio::awaitable<void> upload(std::shared_ptr<Upload> into, std::vector<Bytes> items,
                             std::function<void(Result<Bytes>)> done) {
  co_await feed(into, std::move(items));
  auto reply = co_await into->reply();
  if (!reply) {
    done(reply.error());
  } else {
    done(std::move(reply->bytes));
  }
}

}  // namespace

void ask_once(const DynamicRef& ref, Asked what, const AskOptions& options,
              std::function<void(Result<Bytes>)> done) {
  if (what.input) {
    auto into = std::make_shared<Upload>(
        ref.upload_payload(what.handler, std::move(what.request), options));
    asio::co_spawn(ref.receiver()->executor(),
                   upload(std::move(into), std::move(*what.input), std::move(done)),
                   asio::detached);
    return;
  }
  ref.ask_payload(what.handler, std::move(what.request), options,
                  [done = std::move(done)](Result<Payload> answer) {
                    if (!answer) return done(answer.error());
                    done(std::move(answer->bytes));
                  });
}

std::unique_ptr<ItemSource> ask_items(const DynamicRef& ref, Asked what,
                                      const StreamOptions& options) {
  if (!what.input) {
    return std::make_unique<Items<Stream<Payload>>>(std::make_shared<Stream<Payload>>(
        ref.stream_payload(what.handler, std::move(what.request), options)));
  }
  auto both = std::make_shared<Exchange>(
      ref.exchange_payload(what.handler, std::move(what.request), options));
  asio::co_spawn(ref.receiver()->executor(), feed(both, std::move(*what.input)), asio::detached);
  return std::make_unique<Items<Exchange>>(std::move(both));
}

}  // namespace kameo::cli
