-- +goose Up
-- A step taken back is a revision of its own that says which earlier one it repeats, so nothing written is ever lost.
ALTER TABLE form_draft ADD COLUMN same_as int;

-- +goose Down
ALTER TABLE form_draft DROP COLUMN same_as;
