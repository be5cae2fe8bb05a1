// The actor of examples/logic in Go. kameo starts it: examples/go-child/pool.yaml says how.
package main

import (
	"fmt"
	"math/rand"
	"strings"
	"time"

	"example.org/go-child/kameo"
)

const largestCount = 429_496_719 // ten times as much, plus 100, still fits 32 bits

var bonusPercent = map[string]uint64{
	"Alpha": 20, "Beta": 10, "Gamma": 30, "Delta": 15, "Epsilon": 10, "Zeta": 25,
}

func power(request kameo.Record) (any, error) {
	count := request["count"].(uint32)
	if count == 0 {
		return nil, fmt.Errorf("count must be positive, got 0")
	}
	if count > largestCount {
		return nil, fmt.Errorf("Count too large")
	}
	return count*10 + uint32(rand.Intn(100)) + 1, nil
}

func categoryBonus(request kameo.Record) (any, error) {
	name, base := request["category_name"].(string), request["base_power"].(uint32)
	if strings.TrimSpace(name) == "" {
		return nil, fmt.Errorf("Missing or empty required field")
	}
	percent, known := bonusPercent[name]
	if !known {
		return nil, fmt.Errorf("Unknown category %q", name)
	}
	return uint64(base) * (100 + percent) / 100, nil
}

func competitionResult(request kameo.Record) (any, error) {
	luck := func(power any) float64 { return float64(power.(uint32)) * (0.8 + 0.4*rand.Float64()) }
	return luck(request["attacker_power"]) > luck(request["defender_power"]), nil
}

func reward(request kameo.Record) (any, error) {
	bonus := uint64(request["points"].(uint32))*5 + uint64(rand.Intn(51))
	total := uint64(request["currency"].(uint32)) + bonus
	return kameo.Record{"total_currency": total, "bonus_currency": bonus}, nil
}

func roundtrip(call *kameo.Call, value any) (any, error) {
	return call.Ask("basic.TestCallback", kameo.Record{"value": value})
}

// handle takes one value that says which question it is, and answers with one that says which answer.
func handle(call *kameo.Call, request kameo.Record) (any, error) {
	message := request["message"].(kameo.Variation)
	tag := map[string]string{"calculate_power": "power", "calculate_category_bonus": "bonus",
		"calculate_competition_result": "victory", "calculate_reward": "reward",
		"callback_roundtrip": "value"}[message.Tag]
	var answer any
	var err error
	switch tag {
	case "power":
		answer, err = power(message.Value.(kameo.Record))
	case "bonus":
		answer, err = categoryBonus(message.Value.(kameo.Record))
	case "victory":
		answer, err = competitionResult(message.Value.(kameo.Record))
	case "reward":
		answer, err = reward(message.Value.(kameo.Record))
	case "value":
		answer, err = roundtrip(call, message.Value)
	default: // a variant that this program does not know: the schema is newer
		err = fmt.Errorf("no answer to %s", message.Tag)
	}
	return kameo.Variation{Tag: tag, Value: answer}, err
}

func alone(rule func(kameo.Record) (any, error)) func(*kameo.Call, kameo.Record) (any, error) {
	return func(_ *kameo.Call, request kameo.Record) (any, error) { return rule(request) }
}

func logic() *kameo.Serving {
	return &kameo.Serving{
		Replies: map[string]func(*kameo.Call, kameo.Record) (any, error){
			"calculate_power":              alone(power),
			"calculate_category_bonus":     alone(categoryBonus),
			"calculate_competition_result": alone(competitionResult),
			"calculate_reward":             alone(reward),
			"callback_roundtrip": func(call *kameo.Call, request kameo.Record) (any, error) {
				return roundtrip(call, request["value"])
			},
			"handle": handle,
		},
	}
}

func main() {
	rand.Seed(time.Now().UnixNano())
	kameo.Main(map[string]func() *kameo.Serving{"logic.Logic": logic})
}
