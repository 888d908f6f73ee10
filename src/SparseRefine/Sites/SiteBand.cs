namespace SparseRefine.Sites;

/// <summary>
/// The sites of some rows of an image, processed apart from the others to bound memory. A <em>core</em> of rows has a <em>margin</em> above and below, as
/// wide as the network's reach (<see cref="Networks.RefinerNetwork.Reach"/>), so results of core sites are those of the whole image; results of margin
/// sites are dropped. Sites stand in row-major order, so a band is a run of their numbers.
/// </summary>
/// <param name="Start">First site of the margin above.</param>
/// <param name="End">The site after the margin below.</param>
/// <param name="CoreStart">First site of the core.</param>
/// <param name="CoreEnd">The site after the core.</param>
internal readonly record struct SiteBand(int Start, int End, int CoreStart, int CoreEnd)
{
    /// <summary>Cuts an image into bands; each site is in the core of one band.</summary>
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

    // The number of sites above a row.
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
