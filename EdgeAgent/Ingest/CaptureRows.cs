using LeafSeg.Common.Messages;
using Npgsql;
using NpgsqlTypes;

namespace LeafSeg.EdgeAgent.Ingest;

/// <summary>
/// Captures with their plants and leaves, by binary COPY. The id decides: what belongs to a capture is written only in the
/// transaction in which its row is new.
/// </summary>
internal sealed class CaptureRows(NpgsqlConnection connection, FleetNames names)
{
    private const string Incoming = """
        copy incoming_captures (id, taken, rig_id, model_id, boot, sequence, time, clock_state, clock_error_ms, trigger, missed_before, camera, width, height,
          exposure_us, sharpness, saturated, dark, frozen, mm_per_px, scale_source, provider, infer_ms, leaves_omitted) from stdin (format binary)
        """;

    // In the order of the ids: two ingesters with the same captures never wait for each other.
    private const string Enter = "insert into leafseg.captures select * from incoming_captures order by id on conflict do nothing returning id";

    private const string Measurements = """
        copy leafseg.measurements (taken, capture, plant_id, time, leaf_count, leaf_count_stable, leaf_count_low, leaf_count_high, relative_growth_rate_per_day,
          projected_leaf_area_px, projected_leaf_area_mm2, convex_hull_area_px, compactness, stockiness, diameter_mm, in_frame) from stdin (format binary)
        """;

    private const string Leaves = """
        copy leafseg.leaves (taken, capture, plant_id, leaf, leaf_id, born, score, area_px, area_mm2, length_mm, width_mm, perimeter_mm, centroid_x, centroid_y,
          x1, y1, x2, y2, hue_deg, greenness, in_frame) from stdin (format binary)
        """;

    private const string Events = "copy leafseg.events (id, capture, plant_id, kind, time, leaf_id) from stdin (format binary)";

    /// <returns>How many were new.</returns>
    public async Task<int> WriteAsync(IReadOnlyList<CaptureReading> captures, CancellationToken cancellationToken)
    {
        if (captures.Count == 0)
        {
            return 0;
        }

        await CopyAsync(Incoming, copy =>
        {
            foreach (CaptureReading reading in captures)
            {
                Write(copy, reading);
            }
        }, cancellationToken);
        HashSet<Guid> entered = [];
        await using (NpgsqlCommand enter = new(Enter, connection))
        await using (NpgsqlDataReader row = await enter.ExecuteReaderAsync(cancellationToken))
        {
            while (await row.ReadAsync(cancellationToken))
            {
                entered.Add(row.GetGuid(0));
            }
        }

        // The same capture may be in one batch twice.
        CaptureReading[] fresh = [.. captures.Where(reading => entered.Contains(reading.Capture.Id)).DistinctBy(reading => reading.Capture.Id)];
        (CaptureReading Reading, CapturedPlant Plant)[] plants = [.. fresh.SelectMany(reading => reading.Capture.Plants.Select(plant => (reading, plant)))];
        if (plants.Length == 0)
        {
            return fresh.Length;
        }

        await CopyAsync(Measurements, copy =>
        {
            foreach ((CaptureReading reading, CapturedPlant plant) in plants)
            {
                Write(copy, reading, plant);
            }
        }, cancellationToken);
        await CopyAsync(Leaves, copy =>
        {
            foreach ((CaptureReading reading, CapturedPlant plant) in plants)
            {
                int plantId = names.Plant(reading.Rig, plant);
                foreach (CapturedLeaf leaf in plant.Leaves ?? [])
                {
                    Write(copy, reading, plantId, leaf);
                }
            }
        }, cancellationToken);
        if (plants.Any(one => one.Plant.Events is { Count: > 0 }))
        {
            await CopyAsync(Events, copy =>
            {
                foreach ((CaptureReading reading, CapturedPlant plant) in plants)
                {
                    foreach (CapturedEvent happened in plant.Events ?? [])
                    {
                        copy.StartRow();
                        copy.Write(happened.Id, NpgsqlDbType.Uuid);
                        copy.Write(reading.Capture.Id, NpgsqlDbType.Uuid);
                        copy.Write(names.Plant(reading.Rig, plant), NpgsqlDbType.Integer);
                        copy.Write(happened.Kind, NpgsqlDbType.Text);
                        copy.Write(happened.Time.UtcDateTime, NpgsqlDbType.TimestampTz);
                        copy.OrNull(happened.LeafId);
                    }
                }
            }, cancellationToken);
        }

        return fresh.Length;
    }

    private void Write(NpgsqlBinaryImporter copy, CaptureReading reading)
    {
        CaptureResult capture = reading.Capture;
        copy.StartRow();
        copy.Write(capture.Id, NpgsqlDbType.Uuid);
        copy.Write(reading.Taken.UtcDateTime, NpgsqlDbType.TimestampTz);
        copy.Write(names.Rig(reading.Rig), NpgsqlDbType.Integer);
        copy.Write(names.Model(capture.Model.Digest), NpgsqlDbType.Integer);
        copy.Write(capture.Boot, NpgsqlDbType.Text);
        copy.Write(capture.Sequence, NpgsqlDbType.Bigint);
        copy.Write(capture.Time.UtcDateTime, NpgsqlDbType.TimestampTz);
        copy.Write(MessageWords.Of(capture.Clock.State), NpgsqlDbType.Text);
        copy.OrNull(capture.Clock.ErrorMs);
        copy.Write(MessageWords.Of(capture.Trigger.Kind), NpgsqlDbType.Text);
        copy.Write(capture.Trigger.MissedBefore, NpgsqlDbType.Bigint);
        copy.Write(capture.Camera.Name, NpgsqlDbType.Text);
        copy.Write(capture.Camera.Width, NpgsqlDbType.Integer);
        copy.Write(capture.Camera.Height, NpgsqlDbType.Integer);
        copy.OrNull(capture.Camera.ExposureUs);
        copy.OrNull(capture.Quality.Sharpness);
        copy.OrNull(capture.Quality.Saturated);
        copy.OrNull(capture.Quality.Dark);
        copy.OrNull(capture.Quality.Frozen);
        copy.OrNull(capture.Scale?.MmPerPx);
        copy.OrNull(capture.Scale?.Source);
        copy.Write(capture.Model.Provider, NpgsqlDbType.Text);
        copy.OrNull(capture.TimingMs.Infer);
        copy.Write(capture.Omitted?.Contains("leaves") == true, NpgsqlDbType.Boolean);
    }

    private void Write(NpgsqlBinaryImporter copy, CaptureReading reading, CapturedPlant plant)
    {
        copy.StartRow();
        copy.Write(reading.Taken.UtcDateTime, NpgsqlDbType.TimestampTz);
        copy.Write(reading.Capture.Id, NpgsqlDbType.Uuid);
        copy.Write(names.Plant(reading.Rig, plant), NpgsqlDbType.Integer);
        copy.Write(reading.Capture.Time.UtcDateTime, NpgsqlDbType.TimestampTz);
        copy.Write(plant.LeafCount, NpgsqlDbType.Integer);
        copy.OrNull(plant.LeafCountStable);
        copy.OrNull(plant.LeafCountLow);
        copy.OrNull(plant.LeafCountHigh);
        copy.OrNull(plant.RelativeGrowthRatePerDay);
        copy.Write(plant.ProjectedLeafAreaPx, NpgsqlDbType.Integer);
        copy.OrNull(plant.ProjectedLeafAreaMm2);
        copy.Write(plant.ConvexHullAreaPx, NpgsqlDbType.Double);
        copy.OrNull(plant.Compactness);
        copy.OrNull(plant.Stockiness);
        copy.OrNull(plant.DiameterMm);
        copy.Write(plant.InFrame, NpgsqlDbType.Boolean);
    }

    private static void Write(NpgsqlBinaryImporter copy, CaptureReading reading, int plantId, CapturedLeaf leaf)
    {
        if (leaf.Centroid.Count != 2 || leaf.Box.Count != 4)
        {
            throw new ArgumentException($"leaf {leaf.Leaf}: found a centroid of {leaf.Centroid.Count} and a box of {leaf.Box.Count} numbers, expected 2 and 4");
        }

        copy.StartRow();
        copy.Write(reading.Taken.UtcDateTime, NpgsqlDbType.TimestampTz);
        copy.Write(reading.Capture.Id, NpgsqlDbType.Uuid);
        copy.Write(plantId, NpgsqlDbType.Integer);
        copy.Write(checked((short)leaf.Leaf), NpgsqlDbType.Smallint);
        copy.OrNull(leaf.LeafId);
        copy.OrNull(leaf.Born?.UtcDateTime);
        copy.Write(leaf.Score, NpgsqlDbType.Double);
        copy.Write(leaf.AreaPx, NpgsqlDbType.Integer);
        copy.OrNull(leaf.AreaMm2);
        copy.OrNull(leaf.LengthMm);
        copy.OrNull(leaf.WidthMm);
        copy.OrNull(leaf.PerimeterMm);
        copy.Write(leaf.Centroid[0], NpgsqlDbType.Double);
        copy.Write(leaf.Centroid[1], NpgsqlDbType.Double);
        for (int i = 0; i < 4; i++)
        {
            copy.Write(leaf.Box[i], NpgsqlDbType.Integer);
        }

        copy.OrNull(leaf.HueDeg);
        copy.OrNull(leaf.Greenness);
        copy.Write(leaf.InFrame, NpgsqlDbType.Boolean);
    }

    private async Task CopyAsync(string command, Action<NpgsqlBinaryImporter> write, CancellationToken cancellationToken)
    {
        await using NpgsqlBinaryImporter copy = await connection.BeginBinaryImportAsync(command, cancellationToken);
        write(copy);
        await copy.CompleteAsync(cancellationToken);
    }
}
