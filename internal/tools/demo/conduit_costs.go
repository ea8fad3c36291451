package demo

import (
	"encoding/json"
	"time"
)

// modelCostRow is a price as Admin lists it.
type modelCostRow struct {
	ID            int          `json:"id"`
	CostName      string       `json:"costName"`
	PricingModel  int          `json:"pricingModel"`
	Configuration *string      `json:"pricingConfiguration"`
	Aliases       []string     `json:"associatedModelAliases"`
	Input         json.Number  `json:"inputCostPerMillionTokens"`
	Output        json.Number  `json:"outputCostPerMillionTokens"`
	Embedding     *json.Number `json:"embeddingCostPerMillionTokens"`
	Image         *json.Number `json:"imageCostPerImage"`
	CreatedAt     moment       `json:"createdAt"`
	UpdatedAt     moment       `json:"updatedAt"`
	ModelType     string       `json:"modelType"`
	IsActive      bool         `json:"isActive"`
	Effective     moment       `json:"effectiveDate"`
	Expiry        *moment      `json:"expiryDate"`
	Description   *string      `json:"description"`
	Priority      int          `json:"priority"`
	AudioMinute   *json.Number `json:"audioCostPerMinute"`
	AudioChars    *json.Number `json:"audioCostPerKCharacters"`
	AudioIn       *json.Number `json:"audioInputCostPerMinute"`
	AudioOut      *json.Number `json:"audioOutputCostPerMinute"`
	Video         *json.Number `json:"videoCostPerSecond"`
	VideoSizes    *string      `json:"videoResolutionMultipliers"`
	Batch         *json.Number `json:"batchProcessingMultiplier"`
	HasBatch      bool         `json:"supportsBatchProcessing"`
	ImageQuality  *string      `json:"imageQualityMultipliers"`
	ImageSizes    *string      `json:"imageResolutionMultipliers"`
	Cached        *json.Number `json:"cachedInputCostPerMillionTokens"`
	Written       *json.Number `json:"cachedInputWriteCostPerMillionTokens"`
	Search        *json.Number `json:"costPerSearchUnit"`
	Step          *json.Number `json:"costPerInferenceStep"`
	Steps         *int         `json:"defaultInferenceSteps"`
}

// listCosts lists a price per mapping.
func (c *conduit) listCosts(query) reply {
	return ok(rowsOf(sortedBy(c.routes, func(r *route) string { return r.alias }), func(r *route) modelCostRow {
		return modelCostRow{
			ID: r.id, CostName: r.alias + " price", Aliases: []string{r.alias}, Input: r.in.fixed(10), Output: r.out.fixed(10),
			CreatedAt: moment(r.created), UpdatedAt: moment(r.priced), ModelType: "chat", IsActive: true, Effective: moment(r.created),
		}
	}))
}

// started is since when Admin runs.
func (c *conduit) started() time.Time {
	if !c.restarted.IsZero() {
		return c.restarted
	}
	return c.began
}
