package demo

import (
	"slices"
	"strings"
	"time"
)

// The bodies that tell of the gateway itself and of its models.
type (
	systemVersion struct {
		AppVersion string  `json:"appVersion"`
		BuildDate  *string `json:"buildDate"`
	}
	systemOS struct {
		Description  string `json:"description"`
		Architecture string `json:"architecture"`
	}
	systemDatabase struct {
		Provider         string `json:"provider"`
		Version          string `json:"version"`
		Connected        bool   `json:"connected"`
		ConnectionString string `json:"connectionString"`
		Location         string `json:"location"`
		Size             string `json:"size"`
		TableCount       int    `json:"tableCount"`
	}
	systemRuntime struct {
		RuntimeVersion string       `json:"runtimeVersion"`
		StartTime      offsetMoment `json:"startTime"`
		Uptime         span         `json:"uptime"`
	}
	systemCounts struct {
		VirtualKeys   int `json:"virtualKeys"`
		Requests      int `json:"requests"`
		Settings      int `json:"settings"`
		Providers     int `json:"providers"`
		ModelMappings int `json:"modelMappings"`
	}
	systemCheck struct {
		Status      string  `json:"status"`
		Description string  `json:"description"`
		Duration    int     `json:"duration"`
		Error       *string `json:"error"`
	}
	modelRow struct {
		ID              int           `json:"id"`
		Name            string        `json:"name"`
		SeriesID        int           `json:"modelSeriesId"`
		CapabilitiesID  int           `json:"modelCapabilitiesId"`
		Capabilities    modelCan      `json:"capabilities"`
		IsActive        bool          `json:"isActive"`
		CreatedAt       moment        `json:"createdAt"`
		UpdatedAt       moment        `json:"updatedAt"`
		Series          modelOfSeries `json:"series"`
		ModelParameters *string       `json:"modelParameters"`
	}
	modelCan struct {
		ID            int     `json:"id"`
		Chat          bool    `json:"supportsChat"`
		Vision        bool    `json:"supportsVision"`
		Functions     bool    `json:"supportsFunctionCalling"`
		Streaming     bool    `json:"supportsStreaming"`
		Transcription bool    `json:"supportsAudioTranscription"`
		Speech        bool    `json:"supportsTextToSpeech"`
		RealtimeAudio bool    `json:"supportsRealtimeAudio"`
		Images        bool    `json:"supportsImageGeneration"`
		Videos        bool    `json:"supportsVideoGeneration"`
		Embeddings    bool    `json:"supportsEmbeddings"`
		MaxTokens     int     `json:"maxTokens"`
		MinTokens     int     `json:"minTokens"`
		TokenizerType int     `json:"tokenizerType"`
		Voices        *string `json:"supportedVoices"`
		Languages     *string `json:"supportedLanguages"`
		Formats       *string `json:"supportedFormats"`
	}
	modelOfSeries struct {
		ID            int     `json:"id"`
		AuthorID      int     `json:"authorId"`
		AuthorName    *string `json:"authorName"`
		Name          string  `json:"name"`
		Description   *string `json:"description"`
		TokenizerType int     `json:"tokenizerType"`
		Parameters    string  `json:"parameters"`
	}
	discovered struct {
		ID            string `json:"id"`
		Provider      string `json:"provider"`
		DisplayName   string `json:"display_name"`
		Description   string `json:"description"`
		ModelCardURL  string `json:"model_card_url"`
		MaxTokens     int    `json:"max_tokens"`
		TokenizerType string `json:"tokenizer_type"`
		Parameters    string `json:"parameters"`
		Chat          bool   `json:"supports_chat"`
		Streaming     bool   `json:"supports_streaming"`
		Vision        bool   `json:"supports_vision"`
		Functions     bool   `json:"supports_function_calling"`
		Transcription bool   `json:"supports_audio_transcription"`
		Speech        bool   `json:"supports_text_to_speech"`
		RealtimeAudio bool   `json:"supports_realtime_audio"`
		Videos        bool   `json:"supports_video_generation"`
		Images        bool   `json:"supports_image_generation"`
		Embeddings    bool   `json:"supports_embeddings"`
	}
)

func (c *conduit) systemInfo(query) reply {
	return ok(struct {
		Version  systemVersion  `json:"version"`
		OS       systemOS       `json:"operatingSystem"`
		Database systemDatabase `json:"database"`
		Runtime  systemRuntime  `json:"runtime"`
		Counts   systemCounts   `json:"recordCounts"`
	}{
		systemVersion{AppVersion: c.release},
		systemOS{"Debian GNU/Linux 12 (bookworm)", "X64"},
		systemDatabase{
			"Npgsql.EntityFrameworkCore.PostgreSQL", "15.18", !c.database.down(),
			"Host=127.0.0.1; Port=5432; Database=demo; Username=demo; Password=****", "127.0.0.1", "10.6 MB", 33,
		},
		systemRuntime{".NET 10.0.12", offsetMoment(c.started()), span(c.s.clock().Sub(c.started()))},
		systemCounts{len(c.keys), len(c.log), len(c.settings), len(c.providers), len(c.routes)},
	})
}

// systemHealth is answered with 200 whatever it says.
func (c *conduit) systemHealth(query) reply {
	status, check := "healthy", systemCheck{"healthy", "Database connection and migrations", 10, nil}
	if c.database.down() {
		status, check = "unhealthy", systemCheck{"unhealthy", "Database connection failed", 4, nil}
	}
	return ok(struct {
		Status    string                 `json:"status"`
		Timestamp moment                 `json:"timestamp"`
		Checks    map[string]systemCheck `json:"checks"`
		Duration  int                    `json:"totalDuration"`
	}{status, moment(c.s.clock()), map[string]systemCheck{"database": check}, check.Duration})
}

func (c *conduit) listModels(query) reply {
	return ok(rowsOf(c.models, func(m *model) modelRow {
		can := canDo(m.name)
		return modelRow{
			ID: m.id, Name: m.name, SeriesID: 12, CapabilitiesID: 18, Capabilities: can, IsActive: true,
			CreatedAt: moment(m.created), UpdatedAt: moment(m.created),
			Series: modelOfSeries{12, 4, or("Demo"), "Demo", or("Models of the demo"), 24, "{}"},
		}
	}))
}

// canDo tells by its name what a model of a demo does.
func canDo(name string) modelCan {
	image := slices.Contains(mediaModels["image"], name)
	video := slices.Contains(mediaModels["video"], name)
	embed := strings.Contains(name, "embed")
	chat := !image && !video && !embed
	return modelCan{
		ID: 18, Chat: chat, Functions: chat, Streaming: chat, Images: image, Videos: video, Embeddings: embed,
		MaxTokens: 8192, MinTokens: 1,
	}
}

// discover is what Core tells a key of the models: the aliases of mappings
// that are on.
func (c *conduit) discover(query) reply {
	data := []discovered{}
	for _, r := range sortedBy(c.routes, func(r *route) string { return r.alias }) {
		if r.disabled || r.provider.disabled {
			continue
		}
		can := canDo(r.target)
		data = append(data, discovered{
			ID: r.alias, Provider: strings.ToLower(r.provider.typeName()), DisplayName: r.alias, MaxTokens: can.MaxTokens,
			TokenizerType: "cl100kbase", Parameters: "{}", Chat: can.Chat, Streaming: can.Streaming,
			Functions: can.Functions, Videos: can.Videos, Images: can.Images, Embeddings: can.Embeddings,
		})
	}
	return ok(struct {
		Data  []discovered `json:"data"`
		Count int          `json:"count"`
	}{data, len(data)})
}

// Outages, and what is made up for when they are over.
const (
	heldFor  = 900 * time.Millisecond // after Redis is back
	lateFrom = 14 * time.Second       // after the bus is back
	lateTo   = 40 * time.Second
)

// turn makes a part fail or work; false if it did already.
func turn(o *outage, down bool) bool {
	if o.down() == down {
		return false
	}
	if down {
		o.over = make(chan struct{})
	} else {
		close(o.over)
		o.over = nil
	}
	return true
}

func (c *conduit) setRedis(down bool) {
	if turn(&c.redis, down) && !down {
		c.s.after(heldFor, func(*stage) error {
			held := c.held
			c.held = nil
			for _, m := range held {
				c.push(m, true)
			}
			return nil
		})
	}
}

func (c *conduit) setDatabase(down bool) { turn(&c.database, down) }

// setBus takes the event bus away, or brings it back: Core hears of what it
// missed, and is healthy again, only some time later.
func (c *conduit) setBus(down bool) {
	if down {
		turn(&c.bus, true)
		c.busWanted = false
		return
	}
	c.busWanted = true
	c.s.after(c.jitter(lateFrom, lateTo), func(*stage) error {
		if !c.busWanted || !turn(&c.bus, false) {
			return nil
		}
		late := c.late
		c.late = nil
		for _, do := range late {
			do()
		}
		return nil
	})
}
