namespace LeafSeg.Common.Tracking;

/// <summary>The linear assignment problem, solved by shortest augmenting paths (Jonker and Volgenant 1987; Crouse 2016).</summary>
public static class Assignment
{
    /// <summary>Pairs rows with columns, each at most once and as many pairs as the smaller side has, at the lowest total cost.</summary>
    /// <param name="cost">[rows, columns] finite costs.</param>
    /// <returns>For each row its column, or -1 where there are more rows than columns and this row has none.</returns>
    /// <exception cref="ArgumentException">A cost is not finite.</exception>
    public static int[] Solve(double[,] cost)
    {
        ArgumentNullException.ThrowIfNull(cost);
        (int rows, int columns) = (cost.GetLength(0), cost.GetLength(1));
        foreach (double value in cost)
        {
            if (!double.IsFinite(value))
            {
                throw new ArgumentException($"A cost is {value}, expected a finite number.", nameof(cost));
            }
        }

        if (rows <= columns)
        {
            return OfFewerRows(rows, columns, (row, column) => cost[row, column]);
        }

        int[] columnOfRow = new int[rows];
        Array.Fill(columnOfRow, -1);
        int[] rowOfColumn = OfFewerRows(columns, rows, (column, row) => cost[row, column]);
        for (int column = 0; column < columns; column++)
        {
            columnOfRow[rowOfColumn[column]] = column;
        }

        return columnOfRow;
    }

    private static int[] OfFewerRows(int rows, int columns, Func<int, int, double> cost)
    {
        double[] rowPrice = new double[rows], columnPrice = new double[columns], shortest = new double[columns];
        int[] columnOfRow = new int[rows], rowOfColumn = new int[columns], previous = new int[columns];
        Array.Fill(columnOfRow, -1);
        Array.Fill(rowOfColumn, -1);
        bool[] rowReached = new bool[rows], columnReached = new bool[columns];
        for (int start = 0; start < rows; start++)
        {
            Array.Fill(shortest, double.PositiveInfinity);
            Array.Clear(rowReached);
            Array.Clear(columnReached);
            (int row, int sink, double length) = (start, -1, 0);
            while (sink < 0)
            {
                rowReached[row] = true;
                (int nearest, double least) = (-1, double.PositiveInfinity);
                for (int column = 0; column < columns; column++)
                {
                    if (columnReached[column])
                    {
                        continue;
                    }

                    double through = length + cost(row, column) - rowPrice[row] - columnPrice[column];
                    if (through < shortest[column])
                    {
                        (shortest[column], previous[column]) = (through, row);
                    }

                    // A free column ends the search, so among equals it is the better one.
                    if (shortest[column] < least || (shortest[column] == least && rowOfColumn[column] < 0))
                    {
                        (nearest, least) = (column, shortest[column]);
                    }
                }

                length = least;
                columnReached[nearest] = true;
                (row, sink) = rowOfColumn[nearest] < 0 ? (row, nearest) : (rowOfColumn[nearest], -1);
            }

            rowPrice[start] += length;
            for (int other = 0; other < rows; other++)
            {
                if (rowReached[other] && other != start)
                {
                    rowPrice[other] += length - shortest[columnOfRow[other]];
                }
            }

            for (int column = 0; column < columns; column++)
            {
                columnPrice[column] -= columnReached[column] ? length - shortest[column] : 0;
            }

            int end = sink;
            while (true)
            {
                int owner = previous[end];
                rowOfColumn[end] = owner;
                (columnOfRow[owner], end) = (end, columnOfRow[owner]);
                if (owner == start)
                {
                    break;
                }
            }
        }

        return columnOfRow;
    }
}
