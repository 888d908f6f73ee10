namespace SparseRefine.Sites;

/// <summary>
/// A part of an image's sites that is processed alone. Sites stand in row-major order, so a band of rows is a run of them; what a network
/// gives for a site depends on the sites within its reach only, so the core's results are those of the whole image.
/// </summary>
/// <param name="Start">First site, in the margin above the core.</param>
/// <param name="End">End of the margin below.</param>
/// <param name="CoreStart">First site whose result counts.</param>
/// <param name="CoreEnd">End of these.</param>
internal readonly record struct SiteBand(int Start, int End, int CoreStart, int CoreEnd)
{
    /// <summary>Cuts an image into bands, each site in the core of one.</summary>
    /// <param name="sites">One image, row-major.</param>
    /// <param name="margin">Rows above and below a core, at least 1.</param>
    /// <param name="most">Sites a band, margins included; more only where a core would be lower than a margin.</param>
    /// <returns>The bands from top to bottom; none without sites.</returns>
    public static IEnumerable<SiteBand> Split(SiteSet sites, int margin, int most)
    {
        int end;
        for (int top = 0; top < sites.Height; top = end)
        {
            end = Math.Min(top + margin, sites.Height);
            int start = Before(sites, top - margin);
            while (end < sites.Height && Before(sites, end + 1 + margin) - start <= most)
            {
                end++;
            }

            SiteBand band = new(start, Before(sites, end + margin), Before(sites, top), Before(sites, end));
            if (band.CoreEnd > band.CoreStart)
            {
                yield return band;
            }
        }
    }

    // Sites above a row.
    private static int Before(SiteSet sites, int row)
    {
        int index = Math.Clamp(row, 0, sites.Height) * sites.Width;
        int low = 0;
        int high = sites.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = sites.Indices[middle] < index ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
