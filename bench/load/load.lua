-- Requests for wrk. Arguments: the data file, what to send, and where to begin to count, so that no request comes twice.
local data, mode, n, last = nil, nil, 0, nil

local function uuid()
  return string.format('%08x-%04x-4%03x-8%03x-%06x%06x', math.random(0, 0x7fffffff), math.random(0, 0xffff),
    math.random(0, 0xfff), math.random(0, 0xfff), math.random(0, 0xffffff), math.random(0, 0xffffff))
end

function init(args)
  data = dofile(args[1])
  mode = args[2]
  n = tonumber(args[3])
  last = tonumber(args[4] or '0')
  math.randomseed(n + os.time())
  if mode == 'list' or mode == 'noop' then
    local token = mode == 'list' and data.dispatcher or data.tokens[1]
    last = wrk.format('GET', data[mode], { ['authorization'] = 'Bearer ' .. token })
  end
end

function request()
  if mode == 'list' or mode == 'noop' or mode == 'bare' then return last ~= 0 and last or wrk.format('GET', '/') end
  n = n + 1
  local headers = { ['content-type'] = 'application/json', ['idempotency-key'] = uuid() }
  if mode == 'place' then
    local residents = #data.tokens
    headers['authorization'] = 'Bearer ' .. data.tokens[n % residents + 1]
    -- In each round everybody asks for the wish after his or her last, so that nobody orders the same service twice.
    local wish = (n % residents + math.floor(n / residents)) % #data.wishes + 1
    return wrk.format('POST', '/api/v1/orders', headers, data.wishes[wish])
  end
  if mode == 'check-in' then
    -- Who comes next, to the place where he or she has signed up.
    local person = n % #data.tokens
    local place = person % #data.paths + 1
    headers['authorization'] = 'Bearer ' .. data.tokens[person + 1]
    return wrk.format('POST', data.paths[place], headers, (data.bodies[place]:gsub('PHONE', 'telephone ' .. person)))
  end
  headers['authorization'] = 'Bearer ' .. data.dispatcher
  return wrk.format('POST', '/api/v1/orders/' .. (data.orders[n] or uuid()) .. '/take-in', headers, data.takeIn)
end

function done(summary, latency)
  io.write(string.format('FIGURES {"requests":%d,"microseconds":%d,"refused":%d,"broken":%d,"p50":%d,"p99":%d}\n',
    summary.requests, summary.duration, summary.errors.status,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
