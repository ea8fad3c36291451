package icons

import "math"

func disc(cx, cy, r float64) distance {
	return func(x, y float64) float64 { return math.Hypot(x-cx, y-cy) - r }
}

// ring is a circle of radius r, drawn half as wide again on each side.
func ring(r, half float64) distance {
	return func(x, y float64) float64 { return math.Abs(math.Hypot(x, y)-r) - half }
}

// segment is a line with round ends.
func segment(x0, y0, x1, y1, half float64) distance {
	dx, dy := x1-x0, y1-y0
	length := dx*dx + dy*dy
	return func(x, y float64) float64 {
		t := min(1, max(0, ((x-x0)*dx+(y-y0)*dy)/length))
		return math.Hypot(x-x0-t*dx, y-y0-t*dy) - half
	}
}

// dots are n discs on a circle.
func dots(n int, circle, r float64) distance {
	all := make([]distance, n)
	for i := range all {
		sin, cos := math.Sincos(2 * math.Pi * (float64(i) + 0.5) / float64(n))
		all[i] = disc(circle*cos, circle*sin, r)
	}
	return union(all...)
}

// hexagon lies on a side; r is from the middle to a corner, round how much of
// that rounds the corners off.
func hexagon(r, round float64) distance {
	points := make([]float64, 0, 12)
	for i := range 6 {
		sin, cos := math.Sincos(math.Pi / 3 * float64(i))
		points = append(points, (r-round)*cos, (r-round)*sin)
	}
	return polygon(round, points...)
}

// polygon has the corners x, y, x, y… and is grown by round, which rounds the
// corners.
func polygon(round float64, xy ...float64) distance {
	n := len(xy) / 2
	return func(x, y float64) float64 {
		nearest, inside := math.Inf(1), false
		for i := range n {
			j := (i + n - 1) % n
			x0, y0, x1, y1 := xy[2*i], xy[2*i+1], xy[2*j], xy[2*j+1]
			nearest = min(nearest, segment(x0, y0, x1, y1, 0)(x, y))
			if (y0 > y) != (y1 > y) && x < (x1-x0)*(y-y0)/(y1-y0)+x0 {
				inside = !inside
			}
		}
		if inside {
			nearest = -nearest
		}
		return nearest - round
	}
}

func union(figures ...distance) distance {
	return func(x, y float64) float64 {
		d := math.Inf(1)
		for _, f := range figures {
			d = min(d, f(x, y))
		}
		return d
	}
}

func grown(f distance, by float64) distance {
	return func(x, y float64) float64 { return f(x, y) - by }
}
