// Package files does with files what the systems do differently.
package files
