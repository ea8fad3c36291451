package demo

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"
)

// job is an asynchronous image or video.
type job struct {
	id, medium string
	key        *virtualKey
	model      string
	state      int
	progress   int
	err        string
	result     any // JSON; nil for none
	created    time.Time
	updated    time.Time
	completed  time.Time
}

// States of a job, as on the wire.
const (
	jobPending = iota
	jobProcessing
	jobCompleted
	jobFailed
)

// The arguments of the events of jobs. Images and videos have different names
// for the same.
type (
	imageProgress struct {
		TaskID          string  `json:"taskId"`
		Progress        int     `json:"progressPercentage"`
		Status          string  `json:"status"`
		ImagesCompleted int     `json:"imagesCompleted"`
		TotalImages     int     `json:"totalImages"`
		Message         *string `json:"message"`
		Timestamp       moment  `json:"timestamp"`
	}
	imageFailed struct {
		TaskID      string `json:"taskId"`
		Error       string `json:"error"`
		IsRetryable bool   `json:"isRetryable"`
		FailedAt    moment `json:"failedAt"`
	}
	imageCompleted struct {
		TaskID          string      `json:"taskId"`
		ImageURLs       []string    `json:"imageUrls"`
		DurationSeconds float64     `json:"durationSeconds"`
		Cost            json.Number `json:"cost"`
		CompletedAt     moment      `json:"completedAt"`
	}
	videoStarted struct {
		TaskID           string `json:"taskId"`
		Provider         string `json:"provider"`
		StartedAt        moment `json:"startedAt"`
		EstimatedSeconds int    `json:"estimatedSeconds"`
	}
	videoProgress struct {
		TaskID          string  `json:"taskId"`
		Status          string  `json:"status"`
		Progress        int     `json:"progress"`
		Message         *string `json:"message"`
		FramesCompleted *int    `json:"framesCompleted"`
		TotalFrames     *int    `json:"totalFrames"`
		Timestamp       moment  `json:"timestamp"`
	}
	videoFailed struct {
		TaskID      string  `json:"taskId"`
		Status      string  `json:"status"`
		Error       string  `json:"error"`
		ErrorCode   *string `json:"errorCode"`
		IsRetryable bool    `json:"isRetryable"`
		RetryCount  int     `json:"retryCount"`
		MaxRetries  int     `json:"maxRetries"`
		NextRetryAt *moment `json:"nextRetryAt"`
		FailedAt    moment  `json:"failedAt"`
	}
	videoCompleted struct {
		TaskID             string      `json:"taskId"`
		Status             string      `json:"status"`
		VideoURL           string      `json:"videoUrl"`
		PreviewURL         *string     `json:"previewUrl"`
		Duration           float64     `json:"duration"`
		Resolution         string      `json:"resolution"`
		FileSize           int         `json:"fileSize"`
		Cost               json.Number `json:"cost"`
		Provider           string      `json:"provider"`
		Model              string      `json:"model"`
		CompletedAt        moment      `json:"completedAt"`
		GenerationDuration float64     `json:"generationDuration"`
	}
)

func (c *conduit) job(id string) *job {
	for _, j := range c.jobs {
		if j.id == id {
			return j
		}
	}
	return nil
}

// newJobID is an id as the gateway gives it.
func (c *conduit) newJobID() string {
	var b [16]byte
	for i := range b {
		b[i] = byte(c.chance.UintN(256))
	}
	return "task_" + hex.EncodeToString(b[:])
}

// addJob takes a job in, and plays it.
func (c *conduit) addJob(j *job, life time.Duration, fail string) error {
	if c.job(j.id) != nil {
		return fmt.Errorf("there is a task %s already", j.id)
	}
	if c.redis.down() {
		return nil // the call that would begin it hangs
	}
	j.created, j.updated = c.now(), c.now()
	c.jobs = newest(append(c.jobs, j), maxTasks)
	switch {
	case j.medium == "image" && life == 0:
		c.playImage(j)
	case j.medium == "image":
		c.playLuckyImage(j, life)
	default:
		c.playVideo(j, life, fail)
	}
	return nil
}

// move notes where a job is.
func (c *conduit) move(j *job, state, progress int) {
	j.state, j.progress, j.updated = state, progress, c.now()
	if state == jobCompleted || state == jobFailed {
		j.completed = j.updated
	}
}

// tellJob tells those who subscribed to a job.
func (c *conduit) tellJob(j *job, target string, arg any) {
	hub := hubVideos
	if j.medium == "image" {
		hub = hubImages
	}
	m := event(hub, target, arg)
	m.group = jobGroup(hub, j.id)
	c.push(m, false)
}

func jobGroup(hub, id string) string {
	switch hub {
	case hubImages:
		return "image-" + id
	case hubVideos:
		return "video-" + id
	}
	return "task-" + id
}

// imageRounds is when an image is tried. Each round fails: the gateway looks
// its key up by the hash of the hash.
var imageRounds = []time.Duration{0, time.Second, 5 * time.Second, 12 * time.Second}

const imagesPerJob = 2

func (c *conduit) playImage(j *job) {
	for _, at := range imageRounds {
		c.s.after(at+150*time.Millisecond, func(*stage) error {
			c.move(j, jobProcessing, 0)
			c.tellImage(j, 0, "processing", 0, "")
			return nil
		})
		c.s.after(at+180*time.Millisecond, func(*stage) error {
			j.err = "Model " + j.model + " not found or not available"
			c.move(j, jobFailed, 0)
			c.tellJob(j, "ImageGenerationFailed", imageFailed{j.id, j.err, false, moment(c.s.clock())})
			return nil
		})
	}
}

func (c *conduit) tellImage(j *job, progress int, status string, done int, text string) {
	c.tellJob(j, "ImageGenerationProgress", imageProgress{
		j.id, progress, status, done, imagesPerJob, or(text), moment(c.s.clock()),
	})
}

// playLuckyImage is an image of a gateway whose data were mended: it is
// completed, and then said to be in progress once more.
func (c *conduit) playLuckyImage(j *job, life time.Duration) {
	const cost = dollar / 100 * 8
	c.s.after(300*time.Millisecond, func(*stage) error {
		c.move(j, jobProcessing, 0)
		c.tellImage(j, 0, "processing", 0, "")
		return nil
	})
	c.s.after(life, func(*stage) error {
		urls := []string{c.mediaURL(j, "1.png"), c.mediaURL(j, "2.png")}
		j.result = imagesOf(urls, life, cost, j.model)
		c.move(j, jobCompleted, 100)
		c.tellJob(j, "ImageGenerationCompleted", imageCompleted{j.id, urls, life.Seconds(), cost.fixed(4), moment(c.s.clock())})
		c.debit(j.key.group, cost, usageDeducted)
		spent, balance := j.key.group.spent, j.key.group.balance
		c.s.after(100*time.Millisecond, func(*stage) error { c.tellSpend(j.key, cost, spent, balance); return nil })
		c.s.after(400*time.Millisecond, func(*stage) error {
			c.tellImage(j, 100, "storing", imagesPerJob, fmt.Sprintf("Processed %d of %d images", imagesPerJob, imagesPerJob))
			return nil
		})
		return nil
	})
}

func (c *conduit) mediaURL(j *job, name string) string {
	return "https://media.gateway.example/v1/media/" + j.medium + "/" + j.id + "-" + name
}

// imagesOf is the result of an image job; some of its names are spelled as in
// the gateway's sources.
func imagesOf(urls []string, took time.Duration, cost usd, model string) any {
	type origin struct {
		Provider string `json:"provider"`
		Model    string `json:"model"`
		Index    int    `json:"index"`
	}
	type image struct {
		URL           string  `json:"Url"`
		B64JSON       *string `json:"B64Json"`
		RevisedPrompt *string `json:"RevisedPrompt"`
		Metadata      origin  `json:"Metadata"`
	}
	var images []image
	for i, u := range urls {
		images = append(images, image{URL: u, Metadata: origin{"", model, i}})
	}
	return struct {
		Images   []image     `json:"images"`
		Duration float64     `json:"duration"`
		Cost     json.Number `json:"cost"`
		Provider string      `json:"provider"`
		Model    string      `json:"model"`
	}{images, took.Seconds(), cost.fixed(4), "", model}
}

// videoSteps is what a provider that tells of its progress says.
var videoSteps = []struct {
	at       float64 // of its life
	status   string
	progress int
}{
	{0.05, "Preparing", 10},
	{0.12, "Queueing", 20},
	{0.20, "Pending", 30},
	{0.30, "Processing", 30},
	{0.45, "Processing", 45},
	{0.60, "Processing", 60},
	{0.75, "Processing", 75},
	{0.90, "Processing", 90},
}

// playVideo is the life of a video; with fail it ends half way, for good.
func (c *conduit) playVideo(j *job, life time.Duration, fail string) {
	c.move(j, jobProcessing, 0)
	c.s.after(50*time.Millisecond, func(*stage) error {
		c.tellJob(j, "VideoGenerationStarted", videoStarted{j.id, "pending", moment(c.s.clock()), 60})
		return nil
	})
	end := life
	if fail != "" {
		end = life / 2
	}
	for _, step := range videoSteps {
		if at := time.Duration(step.at * float64(life)); at < end {
			c.s.after(at, func(*stage) error {
				c.move(j, jobProcessing, step.progress)
				c.tellJob(j, "VideoGenerationProgress", videoProgress{
					TaskID: j.id, Status: step.status, Progress: step.progress, Timestamp: moment(c.s.clock()),
				})
				return nil
			})
		}
	}
	c.s.after(end, func(*stage) error { c.endVideo(j, life, fail); return nil })
}

func (c *conduit) endVideo(j *job, life time.Duration, fail string) {
	now := moment(c.s.clock())
	if fail != "" {
		j.err = fail
		j.result = struct {
			Error       string
			ErrorCode   *string
			Provider    *string
			IsRetryable bool
			FailedAt    moment
		}{Error: fail, FailedAt: now}
		c.move(j, jobFailed, 0)
		c.tellJob(j, "VideoGenerationFailed", videoFailed{
			TaskID: j.id, Status: "failed", Error: fail, MaxRetries: 3, FailedAt: now,
		})
		return
	}
	const cost = dollar / 2
	c.move(j, jobCompleted, 100)
	c.tellJob(j, "VideoGenerationCompleted", videoCompleted{
		TaskID: j.id, Status: "completed", VideoURL: c.mediaURL(j, "1.mp4"), Cost: "0",
		CompletedAt: now, GenerationDuration: life.Seconds(),
	})
	c.debit(j.key.group, cost, usageDeducted)
	spent, balance := j.key.group.spent, j.key.group.balance
	c.s.after(60*time.Millisecond, func(*stage) error { c.tellSpend(j.key, cost, spent, balance); return nil })
}
